#include "core/reading.hpp"

#include <stdexcept>

namespace jobwatch
{

std::string_view to_string(trouble value)
{
    switch (value)
    {
    case trouble::resolve:
        return "resolve";
    case trouble::connect:
        return "connect";
    case trouble::tls:
        return "tls";
    case trouble::timed_out:
        return "timed_out";
    case trouble::closed_early:
        return "closed_early";
    case trouble::kept_closed:
        return "kept_closed";
    case trouble::unauthorized:
        return "unauthorized";
    case trouble::forbidden:
        return "forbidden";
    case trouble::not_found:
        return "not_found";
    case trouble::throttled:
        return "throttled";
    case trouble::unavailable:
        return "unavailable";
    case trouble::gateway:
        return "gateway";
    case trouble::server_error:
        return "server_error";
    case trouble::refused:
        return "refused";
    case trouble::unreadable:
        return "unreadable";
    case trouble::too_large:
        return "too_large";
    case trouble::no_token:
        return "no_token";
    }
    return "unknown";
}

void throw_exception_from_error(const asking_error& error, const boost::source_location&)
{
    throw std::runtime_error(error.text);
}

} // namespace jobwatch
