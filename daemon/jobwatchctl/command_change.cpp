// remove and poll: the same selection, the same answer.
#include "core/one_line.hpp"
#include "jobwatchctl/commands.hpp"
#include "jobwatchctl/table.hpp"
#include "jobwatchctl/watch_rows.hpp"

#include <ostream>

namespace jobwatch::ctl
{

namespace
{

// One reason for all that were refused is the code; several are "refused".
void together(std::optional<exit_code>& so_far, exit_code next)
{
    so_far = !so_far || *so_far == next ? next : exit_code::refused;
}

exit_code change(
    std::string_view method, std::string_view done, const watch_selection& which, const surroundings& around)
{
    daemon_link link(around.link);
    std::optional<exit_code> refused;
    for (const watch_selection& portion : portions_of(which, 1024))
    {
        const auto told = link.call(method, selection_params(portion));
        if (!told)
            return complain(around, told.error());
        table rows({"ASKED", "WATCH", "DONE"});
        for (const element& one : elements_of(*told, "watches"))
        {
            const auto asked = text_field(one.value, "asked");
            if (around.form == output_form::json)
                print_json(around, one.raw);
            if (const auto* error = one.value.if_contains("error"))
            {
                const trouble why = trouble_of_refusal(*error);
                around.io.complain(one_line(asked) + ": " + why.text);
                together(refused, code_of(why));
            }
            else if (around.form == output_form::readable)
                rows.add(
                    {{cell(asked), std::to_string(number_of(one.value).value_or(0)), std::string(done)}, {}});
        }
        rows.print(around.io);
    }
    return refused.value_or(exit_code::ok);
}

} // namespace

exit_code run_remove(const watch_selection& which, const surroundings& around)
{
    return change("remove", "removed", which, around);
}

exit_code run_poll(const watch_selection& which, const surroundings& around)
{
    return change("poll", "to be polled now", which, around);
}

} // namespace jobwatch::ctl
