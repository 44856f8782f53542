#include "lockout.hpp"

#include "time_text.hpp"

#include <charconv>

namespace jobwatch::simulator
{

std::optional<lockout_rule> parse_lockout(std::string_view text)
{
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos)
        return std::nullopt;
    lockout_rule rule;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + colon, rule.failures);
    const auto length = parse_duration(text.substr(colon + 1));
    if (ec != std::errc{} || end != text.data() + colon || !length || *length <= duration{0})
        return std::nullopt;
    rule.length = *length;
    return rule;
}

void lockout::failed(time_point now)
{
    ++in_a_row_;
    if (rule_.failures == 0 || in_a_row_ < rule_.failures)
        return;
    in_a_row_ = 0;
    until_ = now + rule_.length;
    ++times_;
}

void lockout::release()
{
    until_.reset();
    in_a_row_ = 0;
}

boost::json::object lockout::page(time_point now) const
{
    return {{"locked", locked(now)}, {"times", times_}, {"refused_while_locked", refused_}};
}

} // namespace jobwatch::simulator
