#include "io/state/watch_writes.hpp"

#include "io/state/stored_time.hpp"
#include "io/state/watch_row.hpp"
#include "wire/event_text.hpp"

namespace jobwatch
{

namespace
{

// There is an open one only if the newest is: a new one is opened only after the last has ended.
constexpr const char* newest_watch =
    "SELECT number, outcome FROM watches WHERE job = ? AND kind = ? AND appliance = ?"
    " ORDER BY number DESC LIMIT 1";

constexpr const char* insert_watch = "INSERT INTO watches(number, appliance, kind, job, submitted_at, "
                                     "overdue_after, give_up_after, labels, uid, pid)"
                                     " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

constexpr const char* update_watch =
    "UPDATE watches SET overall_status = ?2, operation = ?3, key_id = ?4, versions_done = ?5, version_count "
    "= ?6,"
    " completed_at = ?7, updated_at = ifnull(?8, updated_at), polls = ?9, seen = ?10, unrecognised = ?11,"
    " overdue = ?12, blocked = ?13, outcome = ?14, ended_at = ?15, noticed_after = ?16, reason = ?17"
    " WHERE number = ?1";

// What every event of a watch says about it.
event about_watch(const watch_view& watch)
{
    event about;
    about.watch = watch.number;
    about.appliance = watch.appliance;
    about.kind = watch.kind;
    about.job = watch.job;
    about.labels = watch.labels;
    about.submitted_by = watch.submitted_by;
    return about;
}

event added(const new_watch& asked, watch_number number)
{
    event happened;
    happened.type = event_type::watch_added;
    happened.time = asked.submitted_at;
    happened.watch = number;
    happened.appliance = asked.appliance;
    happened.kind = asked.kind;
    happened.job = asked.job.text();
    happened.labels = asked.labels;
    happened.submitted_by = asked.submitted_by;
    return happened;
}

event ending(const watch_update& news, event about)
{
    about.type = news.ended == outcome::removed ? event_type::watch_removed : event_type::job_finished;
    about.ended = news.ended;
    about.noticed_after = news.noticed_after;
    about.document = news.document;
    about.document_truncated = news.document_truncated;
    return about;
}

} // namespace

bool is_answer(error_code ec)
{
    return ec == make_error_code(errc::no_such_watch) || ec == make_error_code(errc::watch_ended);
}

watch_writes::watch_writes(state_writer& writer) :
    writer_(writer),
    newest_(writer.connection(), newest_watch),
    insert_(writer.connection(), insert_watch),
    insert_label_(writer.connection(), "INSERT INTO watch_labels(name, value, watch) VALUES(?, ?, ?)"),
    insert_document_(writer.connection(), "INSERT INTO documents(watch, text) VALUES(?, ?)"),
    select_(writer.connection(), select_watch("WHERE number = ?")),
    update_(writer.connection(), update_watch)
{
}

result<std::vector<stored_watch>> watch_writes::submit(const std::vector<new_watch>& batch)
{
    std::vector<stored_watch> answers;
    answers.reserve(batch.size());
    for (const auto& asked : batch)
    {
        const auto given = submit_one(asked);
        if (!given)
            return given.error();
        answers.push_back(*given);
    }
    return answers;
}

result<stored_watch> watch_writes::submit_one(const new_watch& asked)
{
    const auto earlier = newest(asked);
    if (!earlier)
        return earlier.error();
    const bool open = earlier->number != 0 && !earlier->ended;
    if (open || (earlier->number != 0 && !asked.again))
        return stored_watch{earlier->number, true, earlier->ended};
    const auto number = writer_.next_number();
    if (const auto ec = insert(asked, number))
        return ec;
    const told_limits limits{asked.overdue_after, asked.give_up_after};
    if (const auto ec = writer_.add_event(added(asked, number), &limits))
        return ec;
    return stored_watch{number, false, std::nullopt};
}

result<found_watch> watch_writes::newest(const new_watch& asked)
{
    auto rows = newest_.with({asked.job.text(), asked.kind, asked.appliance});
    const auto row = rows.next();
    if (!row)
        return row.error();
    found_watch found;
    if (!*row)
        return found;
    found.number = static_cast<watch_number>(rows.integer(0));
    found.ended = parse_outcome(rows.text(1));
    return found;
}

error_code watch_writes::insert(const new_watch& asked, watch_number number)
{
    const auto& by = asked.submitted_by;
    const auto uid = by ? std::optional(by->uid) : std::nullopt;
    const auto pid = by ? std::optional(by->pid) : std::nullopt;
    const auto labels = labels_text(asked.labels);
    const auto ec =
        insert_
            .with(
                {number, asked.appliance, asked.kind, asked.job.text(), to_stored(asked.submitted_at),
                 to_stored(asked.overdue_after), to_stored(asked.give_up_after), labels, uid, pid})
            .finish();
    return ec ? ec : index_labels(asked.labels, number);
}

error_code watch_writes::index_labels(const watch_labels& labels, watch_number number)
{
    for (const auto& [name, value] : labels)
        if (const auto ec = insert_label_.with({name, value, number}).finish())
            return ec;
    return {};
}

error_code watch_writes::update(watch_update& news)
{
    watch_view watch;
    {
        auto rows = select_.with({news.number});
        const auto row = rows.next();
        if (!row)
            return row.error();
        if (!*row)
            return make_error_code(errc::no_such_watch);
        watch = read_watch(rows);
    }
    if (watch.ended)
        return make_error_code(errc::watch_ended);
    const auto& facts = news.facts ? *news.facts : watch.facts;
    if (const auto ec = store_row(news, facts))
        return ec;
    auto about = about_watch(watch);
    about.time = news.time;
    about.facts = facts;
    about.polls = news.polls;
    about.reason = news.reason;
    about.tls_verified = news.tls_verified;
    return say(news, std::move(about));
}

result<std::vector<error_code>> watch_writes::update_all(std::vector<watch_update>& batch)
{
    std::vector<error_code> answers;
    answers.reserve(batch.size());
    for (auto& news : batch)
    {
        const auto ec = update(news);
        if (ec && !is_answer(ec))
            return ec;
        answers.push_back(ec);
    }
    return answers;
}

error_code watch_writes::store_row(const watch_update& news, const job_facts& facts)
{
    const auto word = news.ended ? std::optional(to_string(*news.ended)) : std::nullopt;
    const auto ended_at = news.ended ? std::optional(to_stored(news.time)) : std::nullopt;
    const auto reason = news.ended ? std::string_view(news.reason) : std::string_view();
    if (const auto ec =
            update_
                .with(
                    {news.number, facts.overall_status, facts.operation, facts.key_id, facts.versions_done,
                     facts.version_count, to_stored(facts.completed_at), to_stored(news.updated_at),
                     news.polls, news.seen, news.unrecognised, news.overdue, news.blocked, word, ended_at,
                     to_stored(news.noticed_after), reason})
                .finish())
        return ec;
    if (!news.ended || news.document.empty())
        return {};
    return insert_document_.with({news.number, news.document}).finish();
}

error_code watch_writes::say(const watch_update& news, event about)
{
    for (const auto type : news.say)
    {
        about.type = type;
        if (const auto ec = writer_.add_event(about))
            return ec;
    }
    if (!news.ended)
        return {};
    writer_.count_ended();
    return writer_.add_event(ending(news, std::move(about)));
}

} // namespace jobwatch
