// The script of a job: what becomes of it and when, drawn from a seed before anybody asks.
// Pure: (plan, seed, stream, number) always gives the same script.
#pragma once

#include "clock.hpp"
#include "family.hpp"
#include "seeded.hpp"
#include "time_text.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobwatch::simulator
{

enum class fate : std::uint8_t
{
    instant,      // over before anybody can poll it
    brief,        // a few moments
    long_running, //
    failed,       // overall_status `failed`
    error,        // overall_status `error`
    partial,      // `completed`, but some versions or targets were not done
    aborted,      // `completed` with `abort` true: how most families say cancelled
    endless,      // stays `in_progress`
};
constexpr std::size_t fate_count = 8;

std::string_view name_of(fate which);

// What a watcher should make of it: succeeded, failed, partial, cancelled; "open" for one that never ends.
std::string_view expected_outcome(fate which);

// The family's status word once the job is over.
std::string_view final_status(const family& of, fate which);

struct plan
{
    // How often each fate is drawn, by position in `fate`.
    std::array<unsigned, fate_count> weights{15, 40, 10, 10, 5, 12, 8, 0};
    span brief_life{std::chrono::milliseconds{200}, std::chrono::seconds{2}};
    span long_life{std::chrono::seconds{10}, std::chrono::seconds{60}};
    unsigned versions_low = 1;
    unsigned versions_high = 6;
    double speed = 1.0;
};

// Reads "short=3,failed=1" into the plan's weights; fates not named get 0. Answers what is wrong, else nothing.
std::optional<std::string> read_weights(std::string_view text, plan& into);

// What a cancel has made of a job. Times are ages of the job.
struct cancellation
{
    duration asked{};
    duration life{}; // when the job is over after it; a job that was over already stays as it was
    unsigned done = 0;
};

struct job_script
{
    std::string id;
    std::string key_id;    // as it stands between the quotes of a JSON string: escaped already
    std::string operation; // one of the family's; empty where it has none
    fate becomes = fate::brief;
    unsigned version_count = 1; // or targets
    unsigned versions_done = 1; // when it is over; of an endless job, where it is stuck
    duration life{};
    std::uint64_t flavour = 0; // order of the version ids, microseconds between the two closing times
    const family* of = &default_family();
    std::vector<std::string> targets{}; // escaped as `key_id` is; empty: named by the flavour
    std::optional<cancellation> cancelled{};
};

// A fate that the family cannot have becomes the next best: nothing is partial about one key, or about a run.
job_script draw_script(
    const plan& from, std::uint64_t seed, stream which, std::uint64_t number,
    const family& of = default_family());

// From now on the job is about these.
void aim(job_script& script, std::vector<std::string> targets);

// What becomes of it, after a cancel that came in time.
fate becomes_of(const job_script& script);

} // namespace jobwatch::simulator
