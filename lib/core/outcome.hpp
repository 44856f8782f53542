// How a watch ended. The words are part of the protocol, the events and the database: never rename one.
#pragma once

#include <optional>
#include <string_view>

namespace jobwatch
{

enum class outcome : unsigned char
{
    succeeded,
    partial, // the job ended, and some but not all of it was done
    failed,
    cancelled,
    lost,      // the appliance does not know the job (any more)
    abandoned, // give_up_after passed
    removed,   // a person removed the watch
};

std::string_view to_string(outcome value);
std::optional<outcome> parse_outcome(std::string_view word);

} // namespace jobwatch
