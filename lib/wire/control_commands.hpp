// The methods of the control protocol: name and parameters -> command.
#pragma once

#include "core/command.hpp"

#include <boost/json/object.hpp>

#include <string_view>

namespace jobwatch
{

answer_or_refusal<command> read_command(std::string_view method, const boost::json::object& params);

} // namespace jobwatch
