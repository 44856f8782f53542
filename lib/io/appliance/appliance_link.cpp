#include "io/appliance/appliance_link.hpp"

#include <algorithm>

namespace jobwatch
{

namespace
{

// A deadline may pass late by an eighth of the shorter limit.
constexpr int ticks_per_limit = 8;
constexpr milliseconds shortest_tick{5};
constexpr milliseconds longest_tick{250};

milliseconds tick_for(const appliance_settings& appliance)
{
    const auto shorter = std::min(appliance.connect_timeout, appliance.request_timeout);
    return std::clamp(shorter / ticks_per_limit, shortest_tick, longest_tick);
}

} // namespace

void appliance_link::renew_tls()
{
    std::string found = tls_files_stamp(settings); // before the reading, so that no change is missed
    if (found == tls_stamp)
        return;
    tls_stamp = std::move(found);
    auto made = make_tls_context(settings);
    const std::string trouble = made.has_error() ? made.error().text : (*made)->warning;
    if (trouble.empty())
    {
        tls = std::move(*made);
        for (const auto& node : nodes)
            node->session.forget();
    }
    if (say && !trouble.empty())
        say(log_level::warning, settings.name + ": " + trouble + "; what was read before stays in use");
    else if (say)
        say(log_level::info,
            settings.name
                + (tls_troubled ? ": the certificate files can be used again, and are in use now"
                                : ": the certificate files have changed and are in use now"));
    tls_troubled = !trouble.empty();
}

explained<std::shared_ptr<appliance_link>> make_appliance_link(
    asio::any_io_executor executor, const appliance_settings& appliance, lookup_function lookup,
    link_news say)
{
    if (appliance.nodes.empty())
        return failure{
            make_error_code(boost::system::errc::invalid_argument),
            "appliance " + appliance.name + " has no node to ask"};
    std::string tls_stamp = tls_files_stamp(appliance); // before the reading, so that no change is missed
    auto tls = make_tls_context(appliance);
    if (tls.has_error())
        return tls.error();
    auto link = std::make_shared<appliance_link>();
    link->executor = executor;
    link->settings = appliance;
    link->tls = std::move(*tls);
    link->ticker = std::make_shared<deadline_ticker>(executor, tick_for(appliance));
    link->tls_stamp = std::move(tls_stamp);
    link->say = std::move(say);
    if (appliance.proxy)
        link->proxy = std::make_unique<appliance_proxy>(executor, *appliance.proxy, lookup);
    link->nodes.reserve(appliance.nodes.size());
    for (const node_address& node : appliance.nodes)
        link->nodes.push_back(std::make_unique<appliance_node>(executor, node, lookup));
    return link;
}

} // namespace jobwatch
