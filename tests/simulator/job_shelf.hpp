// All jobs the simulator knows, by family and id: scripted ones and exact documents, with a count of their reads.
#pragma once

#include "documents.hpp"
#include "domains.hpp"
#include "fates.hpp"

#include <cstdint>
#include <optional>
#include <span>
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
    std::uint64_t stale = 0;     // told something that was true no more, or not yet that there is such a job
    std::uint64_t gone_back = 0; // and of those, behind what somebody had been told before
};

// Where somebody looks from: a node knows late what came to the others, and jobs of another domain are not there. Times
// are the appliance's.
struct vantage
{
    time_point now{};
    std::uint64_t node = 0;
    duration lag{};
    domain_number domain = root_domain;
};

// Whether a job was there before anybody came, or comes while they watch, to be known at once at its node alone.
enum class arrival : std::uint8_t
{
    always_there,
    fresh,
};

// What a POST asks for. All texts as they stand between the quotes of a JSON string; what is empty is drawn.
struct start_wish
{
    const family* of = &default_family();
    std::string key_id{};
    std::string operation{};
    std::vector<std::string> targets{};
};

// A job that is cancelled goes on for so long.
constexpr duration cancel_takes = std::chrono::milliseconds{500};

class job_shelf
{
public:
    job_shelf(plan from, std::uint64_t seed, life_begins begins) :
        plan_{from}, seed_{seed}, begins_{begins}, by_family_(families().size())
    {
    }

    // Makes `count` scripted jobs whose fates the seed decides; the families take turns, and then the domains.
    void
    make(std::uint64_t count, time_point now, std::span<const family* const> of, domain_number domains = 1);
    void make(std::uint64_t count, time_point now);

    // A job somebody has posted at a node: its life begins now. Answers the job object as it begins.
    std::string post(start_wish wish, const vantage& from);

    // A document of a known id replaces what was there, at all nodes at once.
    void put(job_document document, time_point now, arrival how = arrival::always_there);

    // The job's text, counted as a read; nothing for an id that is unknown there.
    std::optional<std::string> read(const family& of, const std::string& id, const vantage& from);
    std::optional<std::string> read(const std::string& id, time_point now)
    {
        return read(default_family(), id, {now, 0, {}});
    }

    // Asks a job to end; answers its text as it is now, or nothing for an id that is unknown there. A document stays as
    // it stands in its file.
    std::optional<std::string> cancel(const family& of, const std::string& id, const vantage& from);

    // The texts of a family's jobs, in the order they came; counted as no read.
    std::vector<std::string> list(const family& of, const vantage& from);

    // Jobs that come from now on are unknown everywhere for so long, though they live already.
    void set_appears_after(duration how_long) { appears_after_ = how_long; }
    duration appears_after() const { return appears_after_; }

    // What becomes of every scripted job, as a JSON array with one job a line.
    std::string fates_text(const domain_list& domains = {}) const;

    // The ids of all jobs, one a line, in the order they came.
    std::string ids_text() const;

    read_counts reads() const;

private:
    struct entry
    {
        std::variant<job_script, job_document> what;
        std::optional<time_point> began; // empty until somebody asks for it
        std::uint32_t reads = 0;
        std::uint64_t home = no_home; // the node that knows all about it at once
        domain_number domain = root_domain;
        time_point known_from = time_point::min();
        time_point told_until = time_point::min(); // the newest moment that was told
    };
    static constexpr std::uint64_t no_home = static_cast<std::uint64_t>(-1);
    using shelf = std::unordered_map<std::string, entry>;

    static const family& family_of(const entry& one);
    shelf& shelf_of(const family& of);
    void add(std::string id, entry one);
    entry* find(const family& of, const std::string& id, const vantage& from);
    entry made_entry(std::variant<job_script, job_document> what, time_point now) const;
    void begin(entry& one, time_point now) const;
    static std::optional<std::string> text_at(const entry& one, time_point when);
    void count(entry& one, time_point told, time_point now);

    plan plan_;
    std::uint64_t seed_;
    life_begins begins_;
    duration appears_after_{};
    std::uint64_t stale_ = 0;
    std::uint64_t gone_back_ = 0;
    std::uint64_t made_ = 0;
    std::uint64_t posted_ = 0;
    std::vector<shelf> by_family_;      // in the order of families()
    std::vector<shelf::pointer> order_; // into them: nothing there ever moves or is erased
};

} // namespace jobwatch::simulator
