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
    case trouble::held_back:
        return "held_back";
    case trouble::own_limit:
        return "own_limit";
    case trouble::no_token:
        return "no_token";
    }
    return "unknown";
}

namespace
{

std::string_view words_for(trouble what)
{
    switch (what)
    {
    case trouble::resolve:
        return "the host name gave no address";
    case trouble::connect:
        return "the appliance could not be connected to";
    case trouble::tls:
        return "no TLS connection came about";
    case trouble::timed_out:
        return "no answer in time";
    case trouble::closed_early:
    case trouble::kept_closed:
        return "the connection was closed before the answer was whole";
    case trouble::unauthorized:
        return "the appliance refused our token for this job";
    case trouble::forbidden:
        return "our user may not see this job";
    case trouble::not_found:
        return "the appliance does not know this job";
    case trouble::throttled:
        return "too many requests for the appliance";
    case trouble::unavailable:
        return "the appliance is not ready";
    case trouble::gateway:
        return "a gateway could not reach the appliance";
    case trouble::server_error:
        return "the appliance failed";
    case trouble::refused:
        return "the request was refused";
    case trouble::unreadable:
        return "the answer was no document of this job";
    case trouble::too_large:
        return "the answer was too large";
    case trouble::no_token:
        return "there is no token to ask with";
    case trouble::held_back:
        return "it was held back before it was sent";
    case trouble::own_limit:
        return "this process has reached a limit of its own";
    }
    return "unknown trouble";
}

} // namespace

std::string describe_trouble(trouble what, int http_status, bool foreign)
{
    std::string told = http_status == 0 ? std::string() : "HTTP " + std::to_string(http_status) + ": ";
    return told.append(foreign ? "not in the appliance's own words" : words_for(what));
}

void throw_exception_from_error(const asking_error& error, const boost::source_location&)
{
    throw std::runtime_error(error.text);
}

} // namespace jobwatch
