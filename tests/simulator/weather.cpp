#include "weather.hpp"

namespace jobwatch::simulator
{

answer weathered(const weather& now, answer fair)
{
    fair.delay += now.latency;
    if (fair.kind == request_class::login || fair.kind == request_class::refresh)
        fair.delay += now.login_time;
    return fair;
}

} // namespace jobwatch::simulator
