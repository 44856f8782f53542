#include "jobwatchctl/commands.hpp"
#include "jobwatchctl/watch_rows.hpp"

#include <algorithm>
#include <ostream>

namespace jobwatch::ctl
{

namespace
{

json::object params_of(const list_options& options)
{
    json::object params;
    if (!options.state.empty())
        params["state"] = options.state;
    if (!options.outcomes.empty())
        params["outcome"] = json::array(options.outcomes.begin(), options.outcomes.end());
    if (!options.appliance.empty())
        params["appliance"] = options.appliance;
    if (!options.kind.empty())
        params["kind"] = options.kind;
    if (!options.labels.empty())
        params["labels"] = labels_params(options.labels);
    return params;
}

void print_page(const surroundings& around, const std::vector<element>& watches)
{
    table rows = watch_table();
    for (const element& watch : watches)
    {
        if (around.form == output_form::json)
            print_json(around, watch.raw);
        else
            rows.add(watch_row(watch.value));
    }
    rows.print(around.io);
}

} // namespace

exit_code run_list(const list_options& options, const surroundings& around)
{
    daemon_link link(around.link);
    json::object params = params_of(options);
    std::uint64_t left = options.limit == 0 ? std::uint64_t(-1) : options.limit;
    std::optional<std::int64_t> after = 0;
    while (after && left != 0 && around.io.out.good())
    {
        params["limit"] = std::min<std::uint64_t>(left, max_list_limit);
        params["after"] = *after;
        const auto told = link.call("list", params);
        if (!told)
            return complain(around, told.error());
        const auto watches = elements_of(*told, "watches");
        print_page(around, watches);
        left -= std::min<std::uint64_t>(left, watches.size());
        after = number_field(told->value, "next");
    }
    return exit_code::ok;
}

} // namespace jobwatch::ctl
