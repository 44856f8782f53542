// Why something could not be had from the daemon: what it means for us, and a text for a person.
#pragma once

#include "core/error.hpp"
#include "jobwatchctl/exit_code.hpp"

#include <boost/system/result.hpp>

#include <string>

namespace jobwatch::ctl
{

enum class trouble_kind : unsigned char
{
    not_reachable, // nobody listens there
    not_permitted, // to open the socket, or to change something
    connection,    // it broke: closed, silent, or not our protocol
    stopping,      // the daemon said that it stops
    refused,       // the daemon said no
    not_known,     // no such watch
    timed_out,     // a limit of the caller passed
    stopped,       // we were told to stop (SIGINT, SIGTERM)
};

struct trouble
{
    trouble_kind kind{};
    std::string text;
};

template <class T>
using or_trouble = boost::system::result<T, trouble>;

exit_code code_of(const trouble& met);

// Is it worth asking again, because the daemon may be about to come back?
bool is_passing(const trouble& met);

} // namespace jobwatch::ctl
