#include "jobwatchctl/commands.hpp"
#include "jobwatchctl/watch_rows.hpp"

#include <ostream>

namespace jobwatch::ctl
{

exit_code run_show(const show_options& options, const surroundings& around)
{
    daemon_link link(around.link);
    json::object params;
    if (options.job.empty())
        params["watch"] = options.watch;
    else
        params["job"] = options.job;
    const auto told = link.call("get", params);
    if (!told)
        return complain(around, told.error());
    if (around.form == output_form::json)
        print_json(around, told->raw);
    else
        around.io.out << shown_json(around.io, watch_page(told->value, told->raw));
    return exit_code::ok;
}

} // namespace jobwatch::ctl
