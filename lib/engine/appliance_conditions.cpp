#include "engine/appliance_conditions.hpp"

namespace jobwatch
{

void appliance_conditions::begin(condition which, std::string reason)
{
    const auto [place, begun] =
        state_.conditions.try_emplace(which, standing_condition{clock_.wall_now(), reason});
    if (begun)
        store(event_about(beginning_of(which), std::move(reason)));
}

void appliance_conditions::end(condition which, std::string reason)
{
    if (state_.conditions.erase(which) != 0)
        store(event_about(end_of(which), std::move(reason)));
}

void appliance_conditions::remember(login_refusals refusals)
{
    if (refusals == state_.refusals)
        return;
    state_.refusals = std::move(refusals);
    store(std::nullopt);
}

event appliance_conditions::event_about(event_type what, std::string reason) const
{
    event happened;
    happened.type = what;
    happened.time = clock_.wall_now();
    happened.appliance = appliance_;
    happened.reason = std::move(reason);
    return happened;
}

// Nobody waits for it; the store keeps the order in which it was asked.
void appliance_conditions::store(std::optional<event> said)
{
    tasks_.spawn("storing the state of " + appliance_, store_state(state_, std::move(said)));
}

asio::awaitable<void> appliance_conditions::store_state(appliance_state state, std::optional<event> said)
{
    const std::string line = said ? describe(*said) : appliance_ + ": the refused logins";
    const auto stored = co_await store_.remember(appliance_, std::move(state), std::move(said));
    if (!stored)
        log_.say(log_level::error, "not stored: " + line + ": " + stored.error().message());
}

} // namespace jobwatch
