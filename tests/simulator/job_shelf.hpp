// All jobs the simulator knows, by id: scripted ones and exact documents, with a count of their reads.
#pragma once

#include "documents.hpp"
#include "fates.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace jobwatch::simulator
{

// From when a job that was not posted counts its life.
enum class life_begins : std::uint8_t
{
    at_start,
    at_first_read,
};

struct read_counts
{
    std::uint64_t jobs = 0;
    std::uint64_t unread = 0;
    std::uint64_t fewest = 0; // of those that were read at all
    std::uint64_t most = 0;
};

class job_shelf
{
public:
    job_shelf(plan from, std::uint64_t seed, life_begins begins) : plan_{from}, seed_{seed}, begins_{begins}
    {
    }

    // Makes `count` scripted jobs whose fates the seed decides; their ids can be known by `scripts`.
    void make(std::uint64_t count, time_point now);

    // A job somebody has posted: its life begins now. Answers the job object as it begins.
    std::string post(std::string escaped_key_id, std::string_view operation, time_point now);

    // A document of a known id replaces what was there.
    void put(job_document document, time_point now);

    // The job's text at `now`, counted as a read; nothing for an unknown id.
    std::optional<std::string> read(const std::string& id, time_point now);

    // What becomes of every scripted job, as a JSON array with one job a line.
    std::string fates_text() const;

    // The ids of all jobs, one a line, in the order they came.
    std::string ids_text() const;

    read_counts reads() const;

private:
    struct entry
    {
        std::variant<job_script, job_document> what;
        std::optional<time_point> began; // empty until its first read
        std::uint32_t reads = 0;
    };

    void add(std::string id, entry one);
    void begin(entry& one, time_point now) const;

    plan plan_;
    std::uint64_t seed_;
    life_begins begins_;
    std::uint64_t made_ = 0;
    std::uint64_t posted_ = 0;
    std::unordered_map<std::string, entry> jobs_;
    std::vector<const std::string*> order_; // keys of `jobs_`, which never move and are never erased
};

} // namespace jobwatch::simulator
