#include "core/one_line.hpp"
#include "jobwatchctl/commands.hpp"
#include "jobwatchctl/table.hpp"
#include "jobwatchctl/watch_rows.hpp"

#include <boost/json/serialize.hpp>

#include <ostream>

namespace jobwatch::ctl
{

namespace
{

json::object params_of(const submit_options& options)
{
    json::object params;
    const auto add = [&](const char* name, const std::string& value)
    {
        if (!value.empty())
            params[name] = value;
    };
    add("appliance", options.appliance);
    add("kind", options.kind);
    add("overdue_after", options.overdue_after);
    add("give_up_after", options.give_up_after);
    if (!options.labels.empty())
        params["labels"] = labels_params(options.labels);
    if (options.again)
        params["again"] = true;
    return params;
}

struct submitted
{
    watch_selection watches;
    std::size_t answered = 0;
    std::size_t refused = 0;
};

// For programs "new", "open" (it was watched already) or the outcome of a watch that had ended; for people in words.
std::string state_of(const surroundings& around, const json::object& element)
{
    const auto ended = text_field(element, "outcome");
    const bool already = flag_field(element, "already");
    if (!around.io.out_is_terminal)
        return already ? (ended.empty() ? "open" : cell(ended)) : "new";
    if (!already)
        return "watched from now on";
    return ended.empty() ? "was watched already"
                         : "has ended already: " + cell(ended) + " (--again opens a new watch)";
}

// What is waited for is printed when it has ended.
void print_portion(
    const submit_options& options, const surroundings& around, const std::vector<element>& told)
{
    if (options.wait)
        return;
    table rows({"JOB", "WATCH", "STATE"});
    for (const element& one : told)
    {
        if (around.form == output_form::json)
            print_json(around, one.raw);
        else if (!one.value.contains("error"))
            rows.add(
                {{cell(text_field(one.value, "job")), std::to_string(number_of(one.value).value_or(0)),
                  state_of(around, one.value)},
                 outcome_of(one.value)});
    }
    rows.print(around.io);
    around.io.out.flush();
}

void take_portion(const surroundings& around, const std::vector<element>& told, submitted& to)
{
    to.answered += told.size();
    for (const element& one : told)
    {
        if (const auto* error = one.value.if_contains("error"))
        {
            ++to.refused;
            around.io.complain(
                "refused " + one_line(text_field(one.value, "job")) + ": " + trouble_of_refusal(*error).text);
        }
        else if (const auto number = number_of(one.value))
            to.watches.watches.push_back(*number);
    }
}

// What was acknowledged stays acknowledged; asking again for the rest, or for all, does no harm.
std::string told_so_far(const submit_options& options, const submitted& so_far)
{
    if (so_far.answered == 0)
        return {};
    return "; of " + std::to_string(options.jobs.size()) + " jobs the first "
        + std::to_string(so_far.answered) + " were answered: submit the others again";
}

} // namespace

exit_code run_submit(const submit_options& options, const surroundings& around)
{
    daemon_link link(around.link);
    const json::object common = params_of(options);
    const std::size_t room = json::serialize(common).size() + 1024;
    submitted so_far;
    for (const watch_selection& portion : portions_of({options.jobs, {}}, room))
    {
        json::object params = selection_params(portion);
        params.insert(common.begin(), common.end());
        const auto told = link.call("submit", params);
        if (!told)
            return complain(
                around, trouble{told.error().kind, told.error().text + told_so_far(options, so_far)});
        const auto elements = elements_of(*told, "jobs");
        print_portion(options, around, elements);
        take_portion(around, elements, so_far);
    }
    link.drop(); // one connection is enough while we wait
    exit_code code = exit_code::ok;
    if (options.wait && !so_far.watches.watches.empty())
        code = wait_for_watches({so_far.watches, {}, wait_until::all, options.timeout}, around);
    if (code == exit_code::ok && (so_far.refused != 0 || so_far.answered < options.jobs.size()))
        code = exit_code::refused;
    return code;
}

} // namespace jobwatch::ctl
