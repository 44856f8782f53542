// The standing trouble of one appliance: told once when it begins and once when it ends, across restarts too, because
// what was told is committed together with its event. Also keeps the refused logins.
#pragma once

#include "core/appliance_state.hpp"
#include "engine/ports/clock.hpp"
#include "engine/ports/diagnostics.hpp"
#include "engine/ports/watch_store.hpp"
#include "engine/task_group.hpp"

#include <string>

namespace jobwatch
{

class appliance_conditions
{
public:
    appliance_conditions(
        std::string appliance, watch_store& store, const clock& time, diagnostics& log, task_group& tasks) :
        appliance_(std::move(appliance)), store_(store), clock_(time), log_(log), tasks_(tasks)
    {
    }

    // What the store remembers; once, before anything else.
    void recall(appliance_state remembered) { state_ = std::move(remembered); }

    bool stands(condition which) const { return state_.conditions.contains(which); }

    // Neither does anything when it is so already.
    void begin(condition which, std::string reason);
    void end(condition which, std::string reason);

    void remember(login_refusals refusals); // stored when they differ from what is known

    const appliance_state& state() const { return state_; }

private:
    void store(std::optional<event> said);
    asio::awaitable<void> store_state(appliance_state state, std::optional<event> said);
    event event_about(event_type what, std::string reason) const;

    std::string appliance_;
    watch_store& store_;
    const clock& clock_;
    diagnostics& log_;
    task_group& tasks_;
    appliance_state state_;
};

} // namespace jobwatch
