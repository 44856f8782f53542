// Checks of what stands on the command line, before anything is asked. A check gives "" or what was expected.
#pragma once

#include "core/event.hpp"

#include <string>
#include <vector>

namespace jobwatch::ctl
{

// A wrong command line, found after CLI11 has read it. Thrown, as CLI11 throws its own.
struct wrong_usage
{
    std::string text;
};

// NAME=VALUE each; throws wrong_usage.
watch_labels labels_of(const std::vector<std::string>& given);

std::string check_name(const std::string& text);  // of an appliance or a kind
std::string check_limit(const std::string& text); // a duration, or "never"
std::string check_duration(const std::string& text);
std::string check_event(const std::string& text);
std::string check_start(const std::string& text); // of follow
std::string check_watch(const std::string& text); // a number
std::string check_count(const std::string& text); // of list: a number, or "all"

} // namespace jobwatch::ctl
