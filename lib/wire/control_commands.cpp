#include "wire/control_commands.hpp"

#include "wire/control_params.hpp"
#include "wire/json_text.hpp"

#include <array>
#include <limits>

namespace jobwatch
{

namespace
{

namespace json = boost::json;

constexpr auto any_number = std::numeric_limits<std::uint64_t>::max();
constexpr milliseconds shortest_limit{1};
constexpr milliseconds longest_limit{3650LL * 24 * 3'600'000}; // as parse_duration's

constexpr std::string_view outcome_words = "succeeded, partial, failed, cancelled, lost, abandoned, removed";

command read_submit(control_params& params)
{
    submit_command asked;
    params.jobs(asked.jobs);
    params.text("appliance", asked.appliance);
    params.text("kind", asked.kind);
    params.duration("overdue_after", shortest_limit, longest_limit, asked.overdue_after);
    params.duration("give_up_after", shortest_limit, longest_limit, asked.give_up_after);
    params.labels("labels", asked.labels);
    params.flag("again", asked.again);
    if (asked.jobs.empty())
        params.refuse_missing("jobs", "an array of 1 to 10000 job ids, each a string");
    return asked;
}

void read_state(control_params& params, watch_state& to)
{
    const auto* given = params.take("state");
    if (given == nullptr)
        return;
    const auto* word = given->if_string();
    if (word != nullptr && *word == "open")
        to = watch_state::open;
    else if (word != nullptr && *word == "ended")
        to = watch_state::ended;
    else if (word != nullptr && *word == "all")
        to = watch_state::all;
    else
        params.refuse("state", *given, "\"open\", \"ended\" or \"all\"");
}

void read_outcomes(control_params& params, std::vector<outcome>& to)
{
    std::vector<std::string> words;
    params.words("outcome", outcome_words, words);
    for (const auto& word : words)
    {
        const auto value = parse_outcome(word);
        if (!value)
            return params.refuse("outcome", json::value(word), "an array of " + std::string(outcome_words));
        to.push_back(*value);
    }
}

command read_list(control_params& params)
{
    list_command asked;
    std::uint64_t limit = asked.limit;
    read_state(params, asked.state);
    read_outcomes(params, asked.outcomes);
    params.text("appliance", asked.appliance);
    params.text("kind", asked.kind);
    params.labels("labels", asked.labels);
    params.number("limit", 1, max_list_limit, limit);
    params.number("after", 0, any_number, asked.after);
    asked.limit = static_cast<std::uint32_t>(limit);
    return asked;
}

watch_reference read_reference(control_params& params)
{
    constexpr std::string_view allowed = "either \"job\", a job id, or \"watch\", the number of a watch";
    std::uint64_t number = 0;
    const auto* job = params.take("job");
    params.number("watch", 1, any_number, number);
    if (job == nullptr && number == 0)
        params.refuse_missing("job", allowed);
    if (job == nullptr)
        return number;
    const auto* text = job->if_string();
    auto id = text != nullptr ? parse_job_id({text->data(), text->size()}) : result<job_id>(errc::bad_job_id);
    if (!id)
        params.refuse("job", *job, "1 to 128 of A-Z a-z 0-9 . _ ~ : - (but not . or ..)");
    else if (number != 0)
        params.refuse("job", *job, allowed);
    if (!id)
        return number;
    return std::move(*id);
}

command read_get(control_params& params)
{
    return get_command{read_reference(params)};
}

command read_explain(control_params& params)
{
    return explain_command{read_reference(params)};
}

command read_wait(control_params& params)
{
    wait_command asked;
    std::optional<time_limit> timeout;
    params.selection(asked.which);
    params.labels("labels", asked.labels);
    if (const auto* until = params.take("until"))
    {
        const auto* word = until->if_string();
        asked.any = word != nullptr && *word == "any";
        if (!asked.any && (word == nullptr || *word != "all"))
            params.refuse("until", *until, "\"all\" or \"any\"");
    }
    params.duration("timeout", milliseconds{0}, max_wait_timeout, timeout);
    asked.timeout = timeout.value_or(time_limit());
    const bool selects = !asked.which.jobs.empty() || !asked.which.watches.empty();
    if (!selects && asked.labels.empty())
        params.refuse_missing("jobs", "\"jobs\", \"watches\" or \"labels\" that tell what to wait for");
    if (const auto* labels = params.take("labels"); labels != nullptr && selects && !asked.labels.empty())
        params.refuse("labels", *labels, "labels instead of \"jobs\" and \"watches\", not beside them");
    return asked;
}

// {"log":"...","seq":1042}
void read_cursor(control_params& params, const json::value& given, subscribe_start& to)
{
    constexpr std::string_view allowed = "\"tail\", \"begin\" or {\"log\":\"...\",\"seq\":0 or more}";
    const auto* object = given.if_object();
    if (object == nullptr)
        return params.refuse("from", given, allowed);
    control_params inner(*object);
    std::optional<std::string> log;
    cursor from;
    const bool has_seq = object->if_contains("seq") != nullptr;
    inner.text("log", log);
    inner.number("seq", 0, any_number, from.seq);
    if (inner.finish() || !has_seq)
        return params.refuse("from", given, allowed);
    from.log = log.value_or("");
    to = from;
}

void read_start(control_params& params, subscribe_start& to)
{
    const auto* given = params.take("from");
    if (given == nullptr)
        return;
    const auto* word = given->if_string();
    if (word != nullptr && *word == "tail")
        to = from_tail{};
    else if (word != nullptr && *word == "begin")
        to = from_begin{};
    else
        read_cursor(params, *given, to);
}

command read_subscribe(control_params& params)
{
    subscribe_command asked;
    std::vector<std::string> words;
    read_start(params, asked.from);
    params.words("events", event_type_words(), words);
    for (const auto& word : words)
    {
        const auto type = parse_event_type(word);
        if (type)
            asked.filter.types.push_back(*type);
        else
            params.refuse("events", json::value(word), "an array of " + event_type_words());
    }
    params.text("appliance", asked.filter.appliance);
    params.labels("labels", asked.filter.labels);
    return asked;
}

watch_selection read_selection(control_params& params)
{
    watch_selection which;
    params.selection(which);
    const bool by_number = params.take("jobs") == nullptr && params.take("watches") != nullptr;
    if (which.jobs.empty() && which.watches.empty())
        params.refuse_missing(
            by_number ? "watches" : "jobs",
            "\"jobs\", an array of job ids, or \"watches\", an array of numbers");
    return which;
}

command read_remove(control_params& params)
{
    return remove_command{read_selection(params)};
}

command read_poll(control_params& params)
{
    return poll_command{read_selection(params)};
}

command read_status(control_params&)
{
    return status_command{};
}

command read_version(control_params&)
{
    return version_command{};
}

command read_kinds(control_params&)
{
    return kinds_command{};
}

command read_backup(control_params& params)
{
    constexpr std::string_view allowed =
        "an absolute path of at most 4096 bytes, of a file that is not there yet";
    backup_command asked;
    const auto* given = params.take("file");
    if (given == nullptr)
        params.refuse_missing("file", allowed);
    else if (const auto* text = given->if_string(); text != nullptr && text->starts_with('/')
             && !text->ends_with('/') && text->size() <= max_file_path
             && text->find('\0') == json::string::npos)
        asked.file = std::string(*text);
    else
        params.refuse("file", *given, allowed);
    return asked;
}

struct method
{
    std::string_view name;
    command (*read)(control_params&);
};

constexpr std::array<method, 12> methods{{
    {"submit", read_submit},
    {"list", read_list},
    {"get", read_get},
    {"explain", read_explain},
    {"wait", read_wait},
    {"subscribe", read_subscribe},
    {"remove", read_remove},
    {"poll", read_poll},
    {"status", read_status},
    {"version", read_version},
    {"kinds", read_kinds},
    {"backup", read_backup},
}};

refusal unknown_method(std::string_view name)
{
    std::string known;
    for (const auto& candidate : methods)
        known.append(known.empty() ? "" : ", ").append(candidate.name);
    refusal why{.code = refusal_code::method_not_found, .message = {}, .facts = {}};
    why.message = "unknown method " + quoted(name) + "; known are " + known;
    why.facts = {{"method", printable(name)}, {"allowed", known}};
    return why;
}

} // namespace

answer_or_refusal<command> read_command(std::string_view name, const json::object& given)
{
    for (const auto& candidate : methods)
    {
        if (candidate.name != name)
            continue;
        control_params params(given);
        command asked = candidate.read(params);
        if (auto refused = params.finish())
            return std::move(*refused);
        return asked;
    }
    return unknown_method(name);
}

} // namespace jobwatch
