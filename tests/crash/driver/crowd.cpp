#include "driver/crowd.hpp"

#include "driver/submitter.hpp"
#include "driver/visitor.hpp"

#include <algorithm>

namespace jobwatch::crash
{

namespace
{

constexpr const char* endings_only = "job.finished";

bool is_ending(const event_fact& one)
{
    return one.type == "job.finished" || one.type == "watch.removed";
}

} // namespace

crowd::crowd(stage& shared, const std::string& trace_folder, std::size_t size, std::uint64_t seed) :
    stage_(shared),
    follower_(shared, trace_folder + "/jobwatchctl.follow", seed),
    keeper_(shared, trace_folder, seed)
{
    const auto path = [&](const char* what, std::size_t at)
    { return trace_folder + '/' + what + '-' + std::to_string(at + 1) + ".trace"; };
    const auto third = std::max<std::size_t>(size / 3, 1);
    for (std::size_t at = 0; at < third; ++at)
        clients_.push_back(std::make_unique<submitter>(shared, path("submitter", at), ++seed));
    for (std::size_t at = 0; at < third; ++at)
        clients_.push_back(std::make_unique<visitor>(shared, path("visitor", at), ++seed));
    for (std::size_t at = 0; at + 2 * third < size; ++at)
    {
        std::unique_ptr<reader> one;
        if (at % 3 == 1)
            one = std::make_unique<listener>(shared, path("listener", at), ++seed, "");
        else
            one = std::make_unique<subscriber>(
                shared, path("subscriber", at), ++seed, at % 3 == 2 ? endings_only : "");
        readers_.push_back(one.get());
        clients_.push_back(std::move(one));
    }
    if (!readers_.empty())
        readers_.front()->on_event = [this](const event_fact& told)
        { stage_.ended += is_ending(told) ? 1 : 0; };
}

crowd::~crowd()
{
    end();
}

void crowd::begin()
{
    for (auto& one : clients_)
        one->begin();
    follower_.begin();
    keeper_.begin();
}

void crowd::end()
{
    stage_.over = true;
    for (auto& one : clients_)
        one->end();
    follower_.end();
    keeper_.end();
}

void crowd::flush()
{
    for (auto& one : clients_)
        one->flush();
    keeper_.flush();
}

bool crowd::has_read(std::uint64_t head) const
{
    return follower_.place() >= head
        && std::all_of(
               readers_.begin(), readers_.end(), [head](const reader* one) { return one->place() >= head; });
}

std::string crowd::places() const
{
    std::string text = "jobwatchctl at " + std::to_string(follower_.place());
    for (const auto* one : readers_)
        text += ", " + std::to_string(one->place());
    return text;
}

} // namespace jobwatch::crash
