// Host name -> addresses. getaddrinfo() can neither be bounded nor cancelled, so it runs in a thread of its
// own that nobody ever waits for: a hanging name service costs one thread per host, and never blocks the loop
// or the end of it.
#pragma once

#include "core/time.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace jobwatch
{

namespace asio = boost::asio;

inline constexpr std::size_t max_addresses = 8; // of one host that are tried

struct lookup_answer
{
    std::vector<asio::ip::address> addresses; // in the order to try them; empty: it failed
    std::string failure;                      // for a person
};

// Called in the resolver's thread.
using lookup_function = std::function<lookup_answer(const std::string& host)>;

lookup_answer system_lookup(const std::string& host);

class host_resolver
{
public:
    host_resolver(asio::any_io_executor executor, std::string host, lookup_function lookup);
    ~host_resolver(); // a lookup under way is left to itself, and its answer dropped
    host_resolver(const host_resolver&) = delete;
    host_resolver& operator=(const host_resolver&) = delete;

    // All callers share one lookup. When it fails, or takes longer than `limit`, the last good addresses are
    // given. `bell` is the caller's own timer, used for the waiting: cancelling it ends the call.
    asio::awaitable<lookup_answer> resolve(asio::steady_timer& bell, milliseconds limit);

private:
    struct shared_state;

    void start();
    void finished(lookup_answer answer);
    lookup_answer last_good_or(std::string failure) const;

    asio::any_io_executor executor_;
    std::string host_;
    lookup_function lookup_;
    std::shared_ptr<shared_state> state_;
    std::vector<asio::steady_timer*> waiting_;
    std::vector<asio::ip::address> last_good_;
    std::string last_failure_; // "" when the last lookup went well
    std::uint64_t finished_lookups_ = 0;
    bool under_way_ = false;
    bool overdue_ = false; // a caller has already given up on the lookup under way
    bool literal_ = false; // the host is an address: no lookup at all
};

} // namespace jobwatch
