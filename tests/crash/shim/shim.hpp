// The shim's inside: what is watched, the journal and the kill point. A call comes in through interposed.cpp.
#pragma once

#include "shim/journal.hpp"
#include "shim/kill_point.hpp"

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <sys/stat.h>

namespace jobwatch::crash
{

// A name in a watched folder.
struct place
{
    std::uint8_t folder = 0;
    std::string_view name;
};

class shim
{
public:
    static shim& instance(); // never destroyed: calls come until the very end

    bool active() const { return journal_ >= 0; }
    // Both: false when it is nothing that we watch.
    bool find(const char* path, place& to) const;
    bool find(int file, record_head& to) const; // a file or a folder; sets `what` to sync or sync_folder

    // One call at a time, so that the journal has them in their order.
    std::mutex mutex;

    // Makes the call with its record and its kill point. `size`: what it returns when it does all.
    long change(
        call_class what, record_head head, std::string_view text, long size,
        const std::function<long()>& make);
    // A write: `make` may be told to write less.
    long write(record_head head, std::string_view bytes, const std::function<long(std::size_t)>& make);
    long sync(const record_head& head, const std::function<long()>& make);
    // An open file gets its number; a new one is a change of its own, made by `make`.
    long open(const place& where, bool truncates, const std::function<long()>& make, bool creates);

private:
    using identity = std::pair<dev_t, ino_t>;
    struct hash
    {
        std::size_t operator()(const identity& of) const { return of.second * 31 + of.first; }
    };

    shim();
    struct known_file
    {
        std::uint64_t number = 0;
        std::uint8_t folder = 0;
    };
    bool strikes(call_class what, const record_head& head, moment& when);
    void put(record_head head, std::string_view text) const;

    int journal_ = -1;
    std::vector<std::string> folders_;
    std::vector<identity> folder_identities_;
    std::unordered_map<identity, known_file, hash> files_;
    std::uint64_t last_file_ = 0;
    kill_point point_;
    unsigned long count_ = 0; // of the calls that the point is about
};

// Sends ourselves SIGKILL; does not return.
[[noreturn]] void die();

} // namespace jobwatch::crash
