#include "fates.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>

namespace jobwatch::simulator
{

namespace
{

constexpr std::array<std::string_view, fate_count> names{"instant", "short",   "long",    "failed",
                                                         "error",   "partial", "aborted", "endless"};
constexpr unsigned weight_limit = 1'000'000;

fate draw_fate(const plan& from, seeded& chance)
{
    const std::uint64_t total = std::accumulate(from.weights.begin(), from.weights.end(), std::uint64_t{0});
    std::uint64_t ticket = chance.below(total);
    std::size_t index = 0;
    while (index + 1 < fate_count && ticket >= from.weights[index])
        ticket -= from.weights[index++];
    return static_cast<fate>(index);
}

duration draw_within(const span& range, double speed, seeded& chance)
{
    const auto drawn = chance.between(
        static_cast<std::uint64_t>(range.low.count()), static_cast<std::uint64_t>(range.high.count()));
    return duration{static_cast<duration::rep>(static_cast<double>(drawn) / speed)};
}

// Troubles come quickly three times of four.
duration draw_life(fate becomes, const plan& from, seeded& chance)
{
    const bool quick = chance.below(4) != 0;
    switch (becomes)
    {
    case fate::instant:
        return draw_within({std::chrono::milliseconds{5}, std::chrono::milliseconds{40}}, from.speed, chance);
    case fate::brief:
        return draw_within(from.brief_life, from.speed, chance);
    case fate::long_running:
        return draw_within(from.long_life, from.speed, chance);
    case fate::endless:
        return endless_life;
    default:
        return draw_within(quick ? from.brief_life : from.long_life, from.speed, chance);
    }
}

bool does_all(fate becomes)
{
    return becomes == fate::instant || becomes == fate::brief || becomes == fate::long_running;
}

unsigned draw_done(fate becomes, unsigned count, seeded& chance)
{
    const auto some = static_cast<unsigned>(chance.between(becomes == fate::partial ? 1 : 0, count - 1));
    return does_all(becomes) ? count : some;
}

// So many things are to be done, whatever was drawn.
void set_count(job_script& script, unsigned count)
{
    script.version_count = count;
    if (count < 2 && script.becomes == fate::partial)
        script.becomes = fate::brief;
    const unsigned least = script.becomes == fate::partial ? 1 : 0;
    script.versions_done =
        does_all(script.becomes) ? count : std::clamp(script.versions_done, least, count - 1);
}

// All families draw alike, so that the same seed gives the same fates to each.
void suit(job_script& script, const family& of)
{
    script.of = &of;
    if (!of.operations.empty())
        script.operation = of.operations[script.flavour % of.operations.size()];
    else
        script.operation.clear();
    if (of.one_key || of.shape == job_shape::run)
        set_count(script, 1);
}

} // namespace

std::string_view name_of(fate which)
{
    return names.at(static_cast<std::size_t>(which));
}

std::string_view expected_outcome(fate which)
{
    switch (which)
    {
    case fate::failed:
    case fate::error:
        return "failed";
    case fate::partial:
        return "partial";
    case fate::aborted:
        return "cancelled";
    case fate::endless:
        return "open";
    default:
        return "succeeded";
    }
}

std::string_view final_status(const family& of, fate which)
{
    switch (which)
    {
    case fate::failed:
        return "failed";
    case fate::error:
        return of.error;
    case fate::aborted:
        return of.cancelled;
    case fate::endless:
        return of.in_progress;
    default:
        return "completed";
    }
}

std::optional<std::string> read_weights(std::string_view text, plan& into)
{
    std::array<unsigned, fate_count> weights{};
    while (!text.empty())
    {
        const std::string_view part = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), part.size() + 1));
        const std::size_t equals = part.find('=');
        const auto name = std::find(names.begin(), names.end(), part.substr(0, equals));
        if (equals == std::string_view::npos || name == names.end())
            return "'" + std::string(part)
                + "' is no FATE=WEIGHT; fates are instant, short, long, failed, "
                  "error, partial, aborted, endless";
        const std::string_view number = part.substr(equals + 1);
        unsigned weight = 0;
        const auto [end, ec] = std::from_chars(number.data(), number.data() + number.size(), weight);
        if (ec != std::errc{} || end != number.data() + number.size() || weight > weight_limit)
            return "'" + std::string(part) + "': the weight must be a number from 0 to 1000000";
        weights.at(static_cast<std::size_t>(name - names.begin())) = weight;
    }
    if (std::all_of(weights.begin(), weights.end(), [](unsigned weight) { return weight == 0; }))
        return "at least one fate needs a weight above 0";
    into.weights = weights;
    return std::nullopt;
}

job_script
draw_script(const plan& from, std::uint64_t seed, stream which, std::uint64_t number, const family& of)
{
    const std::span<const std::string_view> operations = default_family().operations;
    seeded chance(seed, which, number);
    job_script script;
    script.id = draw_uuid(chance);
    script.key_id = draw_uuid(chance);
    script.operation = operations[chance.below(operations.size())];
    script.becomes = draw_fate(from, chance);
    script.version_count = static_cast<unsigned>(chance.between(from.versions_low, from.versions_high));
    if (script.becomes == fate::partial) // of one version, nothing can be partly done
        script.version_count = std::max(script.version_count, 2U);
    script.versions_done = draw_done(script.becomes, script.version_count, chance);
    script.life = draw_life(script.becomes, from, chance);
    script.flavour = chance.next();
    if (&of != &default_family())
        suit(script, of);
    return script;
}

void aim(job_script& script, std::vector<std::string> targets)
{
    set_count(script, static_cast<unsigned>(targets.size()));
    script.targets = std::move(targets);
}

fate becomes_of(const job_script& script)
{
    const bool in_time = script.cancelled && script.cancelled->asked < script.life;
    return in_time ? fate::aborted : script.becomes;
}

} // namespace jobwatch::simulator
