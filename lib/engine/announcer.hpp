// Stores events that are not about a watch, in the order in which they are announced, without making the
// announcing code wait.
#pragma once

#include "core/event.hpp"
#include "engine/ports/clock.hpp"
#include "engine/ports/diagnostics.hpp"
#include "engine/ports/watch_store.hpp"
#include "engine/task_group.hpp"

#include <string>

namespace jobwatch
{

class announcer
{
public:
    announcer(watch_store& store, const clock& time, diagnostics& log, task_group& tasks) :
        store_(store), clock_(time), log_(log), tasks_(tasks)
    {
    }

    // `appliance` may be "": the event is then about the daemon.
    void announce(event_type what, std::string appliance, std::string reason);

private:
    asio::awaitable<void> store_event(event happened);

    watch_store& store_;
    const clock& clock_;
    diagnostics& log_;
    task_group& tasks_;
};

} // namespace jobwatch
