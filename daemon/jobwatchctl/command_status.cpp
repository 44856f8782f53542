// status and version.
#include "core/counted.hpp"
#include "core/duration_text.hpp"
#include "core/one_line.hpp"
#include "jobwatchctl/commands.hpp"

#include <fmt/format.h>

#include <ostream>
#include <vector>

namespace jobwatch::ctl
{

namespace
{

std::string shown_bytes(std::int64_t bytes)
{
    constexpr double kib = 1024;
    const auto size = static_cast<double>(bytes);
    if (size < kib * kib)
        return fmt::format("{:.0f} KiB", size / kib);
    return size < kib * kib * kib ? fmt::format("{:.1f} MiB", size / kib / kib)
                                  : fmt::format("{:.2f} GiB", size / kib / kib / kib);
}

std::string shown_span(const json::object& from, std::string_view name)
{
    return describe_duration(milliseconds(number_field(from, name).value_or(0)));
}

double real_field(const json::object& from, std::string_view name)
{
    const auto* value = from.if_contains({name.data(), name.size()});
    if (value == nullptr || !value->is_number())
        return 0;
    return value->to_number<double>();
}

// The objects of a list of a report; none when there is no such list.
std::vector<json::object> parts_of(const json::object& from, std::string_view name)
{
    std::vector<json::object> parts;
    const auto* list = from.if_contains({name.data(), name.size()});
    if (list != nullptr && list->is_array())
        for (const auto& one : list->get_array())
            if (one.is_object())
                parts.push_back(one.get_object());
    return parts;
}

std::string node_line(const json::object& node)
{
    const auto text = [&](std::string_view name) { return one_line(text_field(node, name)); };
    std::string line = fmt::format("  node        {}: ", text("node"));
    if (text("state") == "serving")
        return line + "serves\n";
    if (text("state") != "open")
        return line + "stands by\n";
    const auto probe = number_field(node, "next_probe_in_ms");
    const std::string next =
        probe ? "next probe in " + describe_duration(milliseconds(*probe)) : std::string("being probed now");
    return line + fmt::format("left alone since {}, {}: {}\n", text("since"), next, text("why"));
}

std::string condition_line(const json::object& standing)
{
    return fmt::format(
        "  TROUBLE     {} since {}: {}\n", one_line(text_field(standing, "condition")),
        one_line(text_field(standing, "since")), one_line(text_field(standing, "reason")));
}

std::string appliance_part(const json::object& report)
{
    const auto number = [&](std::string_view name) { return number_field(report, name).value_or(0); };
    const auto many = [&](std::string_view name, std::string_view what)
    { return counted(static_cast<std::uint64_t>(number(name)), what); };
    const auto text = [&](std::string_view name) { return one_line(text_field(report, name)); };
    const double stretch = real_field(report, "stretch");
    std::string part = fmt::format("\nappliance {}\n", text("name"));
    for (const json::object& standing : parts_of(report, "conditions"))
        part += condition_line(standing);
    for (const json::object& node : parts_of(report, "nodes"))
        part += node_line(node);
    if (number_field(report, "paused_for_ms"))
        part += fmt::format(
            "  paused      the appliance asks to be left alone for {} more (Retry-After)\n",
            shown_span(report, "paused_for_ms"));
    part += fmt::format(
        "  watches     {} open, {} due and waiting\n"
        "  requests    {} in flight of {} allowed ({} configured), {} open; since start {}, {}, {}; a token "
        "asked "
        "for {}\n"
        "  poll lag    median {}, worst {}; intervals stretched {:.{}f} times\n",
        number("open"), number("due"), number("in_flight"), number("window"), number("window_most"),
        many("connections", "connection"), many("requests", "request"), many("readings", "reading"),
        many("errors", "error"), many("logins", "time"), shown_span(report, "lag_median_ms"),
        shown_span(report, "lag_worst_ms"), stretch, stretch < 9.95 ? 1 : 0);
    part += fmt::format("  token       {}\n", text("token"));
    const auto* verified = report.if_contains("tls_verified");
    if (verified != nullptr && *verified == false)
        part += "  TLS         NOT verified\n";
    if (const auto error = text("last_error"); !error.empty())
        part += fmt::format("  last error  {}\n", error);
    return part;
}

std::string status_page(const message& told)
{
    const json::object& value = told.value;
    const auto number = [&](std::string_view name) { return number_field(value, name).value_or(0); };
    const auto* counts = value.if_contains("watches");
    const json::object watches =
        counts != nullptr && counts->is_object() ? counts->get_object() : json::object();
    std::string page = fmt::format(
        "jobwatchd {}, since {}\n", one_line(text_field(value, "version")),
        one_line(text_field(value, "started_at")));
    page += fmt::format(
        "watches     {} open, {} ended and kept, {} unconfigured\n",
        number_field(watches, "open").value_or(0), number_field(watches, "ended").value_or(0),
        number_field(watches, "unconfigured").value_or(0));
    page += fmt::format(
        "events      newest {}, in events.jsonl up to {}; log {}\n", number("head"), number("logged"),
        one_line(text_field(value, "log")));
    page += fmt::format("clients     {}, {} of them subscribed\n", number("clients"), number("subscribers"));
    page += fmt::format(
        "memory      {}, {} of it for open watches\n", shown_bytes(number("memory_bytes")),
        shown_bytes(number("watch_memory_bytes")));
    if (const auto* warnings = value.if_contains("warnings"); warnings != nullptr && warnings->is_array())
        for (const auto& warning : warnings->get_array())
            if (const auto* text = warning.if_string())
                page += fmt::format("warning     {}\n", one_line({text->data(), text->size()}));
    for (const element& report : elements_of(told, "appliances"))
        page += appliance_part(report.value);
    return page;
}

} // namespace

exit_code run_status(const surroundings& around)
{
    daemon_link link(around.link);
    const auto told = link.call("status", {});
    if (!told)
        return complain(around, told.error());
    if (around.form == output_form::json)
        print_json(around, told->raw);
    else
        around.io.out << status_page(*told);
    return exit_code::ok;
}

exit_code run_version(const surroundings& around)
{
    daemon_link link(around.link);
    const auto told = link.call("version", {});
    if (!told)
        return complain(around, told.error());
    if (around.form == output_form::json)
        print_json(around, told->raw);
    else
        around.io.out << fmt::format(
            "jobwatchctl {}\njobwatchd {}\nlog {}\n", JOBWATCHD_VERSION,
            one_line(text_field(told->value, "version")), one_line(text_field(told->value, "log")));
    return exit_code::ok;
}

} // namespace jobwatch::ctl
