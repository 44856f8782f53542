// When each request arrived: the witness of what a client did in any window of time. A bounded ring of compact
// records; what it had to forget is counted.
#pragma once

#include "exchange.hpp"

#include <boost/json/object.hpp>

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace jobwatch::simulator
{

// The most records kept by default, about 50 bytes each; beyond it the oldest are forgotten.
constexpr std::size_t timeline_limit = 1'000'000;
// Ids of jobs that are no UUIDs are kept up to this number; later ones have the id "...".
constexpr std::size_t odd_name_limit = 10'000;
// The most records on one page.
constexpr std::uint64_t page_limit = 10'000;

struct request_note
{
    request_class kind = request_class::other;
    http::status answered = no_status;
    time_point arrived{}; // its first bytes
    std::uint64_t node = 0;
    std::uint64_t connection = 0; // which one since the start, from 1
    std::string_view job{};
    std::uint64_t in_flight = 1; // it among them
};

// Which records somebody wants to see.
struct record_filter
{
    std::optional<request_class> kind;
    std::optional<std::uint64_t> node;
    std::optional<std::string> job;
};

class timeline
{
public:
    explicit timeline(std::size_t limit = timeline_limit) : limit_{limit} {}

    void add(const request_note& note);
    void clear();

    // The records with numbers above `after`, at most `limit` of them, oldest first.
    boost::json::object page(std::uint64_t after, std::uint64_t limit, const record_filter& wanted) const;

    // When the wanted requests arrived, in order of time.
    std::vector<time_point> arrivals(const record_filter& wanted = {}) const;

    // Records that the ring had no room for any more.
    std::uint64_t forgotten() const { return forgotten_; }

private:
    struct record
    {
        time_point arrived{};
        std::array<std::uint8_t, 16> job{}; // a UUID, or the position in `odd_names_`
        std::uint32_t connection = 0;
        std::uint32_t in_flight = 0;
        std::uint16_t status = 0;
        std::uint16_t node = 0;
        request_class kind = request_class::other;
        enum : std::uint8_t
        {
            of_none,
            of_uuid,
            of_odd_name,
        } named = of_none;
    };

    void name(record& one, std::string_view job);
    std::string job_of(const record& one) const;
    bool is_wanted(const record& one, const record_filter& wanted) const;
    std::size_t limit_;
    std::deque<record> ring_;
    std::uint64_t last_ = 0; // number of the newest record; numbers go on after clear()
    std::uint64_t forgotten_ = 0;
    std::vector<std::string> odd_names_;
    std::unordered_map<std::string, std::uint32_t> odd_places_;
};

// The most of them in any window of this length, wherever it begins. `times` in order.
std::uint64_t most_in_window(std::span<const time_point> times, duration length);

// The smallest burst b for which no window whatever has more than rate x its length + b requests: a client that
// keeps to `rate` and `burst` needs no more than `burst`.
double burst_needed(std::span<const time_point> times, double rate);

} // namespace jobwatch::simulator
