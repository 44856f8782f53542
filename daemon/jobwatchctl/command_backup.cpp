// backup: a copy of the state, which the daemon writes.
#include "core/one_line.hpp"
#include "jobwatchctl/commands.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <ostream>

namespace jobwatch::ctl
{

namespace
{

constexpr std::chrono::hours longest_copy{1};

} // namespace

exit_code run_backup(const std::string& file, const surroundings& around)
{
    std::error_code failed;
    const auto path =
        std::filesystem::absolute(file, failed); // the daemon has a working directory of its own
    daemon_link link(around.link);
    const auto told = link.call("backup", {{"file", path.string()}}, longest_copy);
    if (!told)
        return complain(around, told.error());
    if (around.form == output_form::json)
        print_json(around, told->raw);
    else
        around.io.out << fmt::format(
            "{}: {} bytes, up to event {}\n", one_line(text_field(told->value, "file")),
            number_field(told->value, "bytes").value_or(0), number_field(told->value, "head").value_or(0));
    return exit_code::ok;
}

} // namespace jobwatch::ctl
