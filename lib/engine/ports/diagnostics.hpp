// Lines for people (jobwatchd.log, the journal). Never blocks; never given a secret.
#pragma once

#include "core/settings.hpp"

#include <string_view>

namespace jobwatch
{

class diagnostics
{
public:
    virtual ~diagnostics() = default;

    virtual void say(log_level level, std::string_view line) = 0;
};

} // namespace jobwatch
