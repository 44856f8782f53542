// What every command gets beside its own options.
#pragma once

#include "jobwatchctl/console.hpp"
#include "jobwatchctl/daemon_link.hpp"

namespace jobwatch::ctl
{

enum class output_form : unsigned char
{
    readable,
    json, // the daemon's own objects, one a line
};

struct surroundings
{
    console& io;
    link_settings link;
    output_form form = output_form::readable;
};

// Says what went wrong; returns its exit code.
exit_code complain(const surroundings& around, const trouble& met);

// One of the daemon's objects as a line.
void print_json(const surroundings& around, std::string_view raw);

} // namespace jobwatch::ctl
