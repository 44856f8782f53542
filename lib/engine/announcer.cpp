#include "engine/announcer.hpp"

namespace jobwatch
{

void announcer::announce(event_type what, std::string appliance, std::string reason)
{
    event happened;
    happened.type = what;
    happened.time = clock_.wall_now();
    happened.appliance = std::move(appliance);
    happened.reason = std::move(reason);
    tasks_.spawn("storing an event", store_event(std::move(happened)));
}

asio::awaitable<void> announcer::store_event(event happened)
{
    const std::string line = describe(happened);
    const auto stored = co_await store_.append(std::move(happened));
    if (!stored)
        log_.say(log_level::error, "not stored as an event: " + line + ": " + stored.error().message());
}

} // namespace jobwatch
