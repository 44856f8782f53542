// All clients of a campaign.
#pragma once

#include "driver/backup_keeper.hpp"
#include "driver/ctl_follower.hpp"
#include "driver/reader.hpp"

#include <memory>

namespace jobwatch::crash
{

class crowd
{
public:
    // `size`: how many, at least 6; a third submits, a third visits, the rest reads.
    crowd(stage& shared, const std::string& trace_folder, std::size_t size, std::uint64_t seed);
    ~crowd(); // sends them home

    void begin();
    void end();
    void flush();
    // Every reader has all that there is for it up to here.
    bool has_read(std::uint64_t head) const;
    std::string places() const;

private:
    stage& stage_;
    std::vector<std::unique_ptr<client>> clients_;
    std::vector<reader*> readers_; // among them
    ctl_follower follower_;
    backup_keeper keeper_;
};

} // namespace jobwatch::crash
