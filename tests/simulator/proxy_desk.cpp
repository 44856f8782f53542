#include "proxy_desk.hpp"

#include <charconv>

namespace jobwatch::simulator
{

namespace
{

constexpr std::array<std::string_view, proxy_fate_count> fate_names{"passed", "refused",     "hung",
                                                                    "cut",    "unreachable", "unreadable"};

} // namespace

std::string_view name_of(proxy_mode which)
{
    return proxy_mode_names.at(static_cast<std::size_t>(which));
}

std::optional<proxy_mode> proxy_mode_named(std::string_view name)
{
    for (std::size_t index = 0; index < proxy_mode_names.size(); ++index)
        if (proxy_mode_names.at(index) == name)
            return static_cast<proxy_mode>(index);
    return std::nullopt;
}

void proxy_desk::asked_for(const std::string& target)
{
    ++connects;
    if (by_target.contains(target) || by_target.size() < targets_limit)
        ++by_target[target];
}

boost::json::object proxy_desk::page() const
{
    boost::json::object text{{"mode", name_of(mode)}, {"connects", connects}};
    for (std::size_t index = 0; index < proxy_fate_count; ++index)
    {
        const auto found = by_fate.find(static_cast<proxy_fate>(index));
        text[fate_names.at(index)] = found == by_fate.end() ? 0 : found->second;
    }
    text["tunnels_open"] = tunnels_open;
    text["bytes_up"] = bytes_up;
    text["bytes_down"] = bytes_down;
    boost::json::object targets;
    for (const auto& [target, count] : by_target)
        targets[target] = count;
    text["by_target"] = std::move(targets);
    return text;
}

void proxy_desk::reset()
{
    proxy_desk fresh;
    fresh.mode = mode;
    fresh.refusal = refusal;
    fresh.tunnels_open = tunnels_open;
    *this = std::move(fresh);
}

std::optional<connect_target> read_connect_line(std::string_view line)
{
    constexpr std::string_view method = "CONNECT ";
    const std::size_t version = line.rfind(" HTTP/1.");
    if (!line.starts_with(method) || version == std::string_view::npos || version < method.size())
        return std::nullopt;
    const std::string_view authority = line.substr(method.size(), version - method.size());
    const std::size_t colon = authority.rfind(':');
    if (colon == std::string_view::npos || colon == 0)
        return std::nullopt;
    std::string_view host = authority.substr(0, colon);
    if (host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    const std::string_view digits = authority.substr(colon + 1);
    connect_target target{std::string(host), 0};
    const auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), target.port);
    const bool good = ec == std::errc{} && end == digits.data() + digits.size() && target.port != 0;
    return good && !host.empty() ? std::optional(std::move(target)) : std::nullopt;
}

} // namespace jobwatch::simulator
