#include "jobwatchctl/option_checks.hpp"

#include "core/duration_text.hpp"
#include "jobwatchctl/console.hpp"
#include "jobwatchctl/cursor_file.hpp"
#include "wire/json_text.hpp"

namespace jobwatch::ctl
{

watch_labels labels_of(const std::vector<std::string>& given)
{
    watch_labels labels;
    for (const std::string& one : given)
    {
        const auto equals = one.find('=');
        if (equals == std::string::npos || equals == 0)
            throw wrong_usage{"--label " + cell(one) + ": expected is NAME=VALUE"};
        if (!is_utf8(one))
            throw wrong_usage{"--label " + cell(one) + ": expected is NAME=VALUE in UTF-8"};
        labels[one.substr(0, equals)] = one.substr(equals + 1);
    }
    return labels;
}

// An empty one is most likely a script's variable that is not set: it must not mean "any".
std::string check_name(const std::string& text)
{
    return !text.empty() && is_utf8(text) ? "" : "expected is a name, and not an empty one, in UTF-8";
}

std::string check_limit(const std::string& text)
{
    return parse_time_limit(text)
        ? ""
        : "expected is a duration such as 90s, 5m or 24h, from 1ms to 3650d, or never";
}

std::string check_duration(const std::string& text)
{
    return parse_duration(text) ? "" : "expected is a duration such as 90s, 5m or 24h, from 1ms to 3650d";
}

std::string check_event(const std::string& text)
{
    return parse_event_type(text) ? "" : "no event is called so; events are " + event_type_words();
}

std::string check_start(const std::string& text)
{
    return text == "tail" || text == "begin" || parse_cursor(text) ? ""
                                                                   : "expected is tail, begin or LOG:SEQ";
}

std::string check_watch(const std::string& text)
{
    const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    return digits && text.size() <= 18 && text.find_first_not_of('0') != std::string::npos
        ? ""
        : "expected is the number of a watch, 1 or more";
}

std::string check_count(const std::string& text)
{
    const bool digits = text.size() <= 18 && text.find_first_not_of("0123456789") == std::string::npos;
    return text == "all" || (digits && !text.empty()) ? "" : "expected is a number, or all";
}

} // namespace jobwatch::ctl
