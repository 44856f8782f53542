#include "io/state/state_writer.hpp"

#include "io/state/schema.hpp"
#include "io/state/stored_time.hpp"

#include <algorithm>

namespace jobwatch
{

namespace
{

constexpr const char* numbers = R"sql(
SELECT (SELECT value FROM meta WHERE key = 'log'),
    (SELECT value FROM meta WHERE key = 'log_mark'),
    max((SELECT value FROM meta WHERE key = 'last_seq'), ifnull((SELECT max(seq) FROM events), 0)),
    max((SELECT value FROM meta WHERE key = 'last_number'), ifnull((SELECT max(number) FROM watches), 0)),
    (SELECT min(seq) FROM events),
    (SELECT count(*) FROM watches) - (SELECT count(*) FROM watches WHERE outcome IS NULL)
)sql";

constexpr const char* insert_event =
    "INSERT INTO events(seq, time, type, watch, appliance, outcome, text) VALUES(?, ?, ?, ?, ?, ?, ?)";

std::optional<std::string_view> word(std::optional<outcome> value)
{
    return value ? std::optional(to_string(*value)) : std::nullopt;
}

} // namespace

state_writer::state_writer(sqlite_connection connection) :
    connection_(std::move(connection)),
    begin_(connection_, "BEGIN IMMEDIATE"),
    commit_(connection_, "COMMIT"),
    insert_event_(connection_, insert_event),
    set_meta_(connection_, "UPDATE meta SET value = max(value, ?2) WHERE key = ?1")
{
}

error_code state_writer::load()
{
    sqlite_statement statement(connection_, numbers);
    auto asked = statement.with({});
    const auto row = asked.next();
    if (!row)
        return row.error();
    log_id_ = asked.text(0);
    log_mark_ = static_cast<event_seq>(asked.integer(1));
    now_.seq = static_cast<event_seq>(asked.integer(2));
    now_.number = static_cast<watch_number>(asked.integer(3));
    oldest_ = asked.is_null(4) ? now_.seq + 1 : static_cast<event_seq>(asked.integer(4));
    now_.ended = static_cast<std::uint64_t>(asked.integer(5));
    return log_id_.empty() ? make_error_code(errc::state_corrupt) : error_code();
}

// A mark that cannot be written now costs nothing but a check; the writes that matter tell what is in the way.
bool state_writer::begin_use()
{
    bool in_use = true;
    {
        sqlite_statement statement(connection_, "SELECT value FROM meta WHERE key = 'in_use'");
        auto asked = statement.with({});
        if (const auto row = asked.next(); row && *row)
            in_use = asked.integer(0) != 0;
    }
    set_in_use(true);
    return in_use;
}

void state_writer::end_use()
{
    set_in_use(false);
}

void state_writer::set_in_use(bool in_use)
{
    sqlite_statement statement(
        connection_,
        "INSERT INTO meta VALUES('in_use', ?1) ON CONFLICT(key) DO UPDATE SET value = ?1 WHERE value <> ?1");
    [[maybe_unused]] const auto ignored = statement.with({in_use}).finish();
}

error_code state_writer::begin()
{
    at_begin_ = now_;
    return begin_.with({}).finish();
}

error_code state_writer::commit()
{
    const auto ec = commit_.with({}).finish();
    if (ec)
        undo();
    return ec;
}

// A full disk may have ended the transaction already; then there is nothing to roll back.
void state_writer::undo()
{
    if (connection_.in_transaction()) [[maybe_unused]]
        const auto ignored = connection_.run("ROLLBACK");
    now_ = at_begin_;
    events_.clear();
}

error_code state_writer::add_event(event happened, const told_limits* limits)
{
    auto stored = std::make_shared<stored_event>();
    stored->seq = now_.seq + 1;
    stored->type = happened.type;
    stored->appliance = happened.appliance;
    stored->watch = happened.watch;
    stored->ended = happened.ended;
    stored->text = limits == nullptr ? event_text(happened, stored->seq)
                                     : event_text_with_limits(happened, stored->seq, *limits);
    const auto watch = happened.watch == 0 ? std::nullopt : std::optional(happened.watch);
    const auto ec = insert_event_
                        .with(
                            {stored->seq, to_stored(happened.time), to_string(happened.type), watch,
                             happened.appliance, word(happened.ended), stored->text})
                        .finish();
    if (ec)
        return ec;
    ++now_.seq;
    events_.push_back({std::move(stored), std::make_shared<const event>(std::move(happened))});
    return {};
}

error_code state_writer::set_log_mark(event_seq mark)
{
    if (const auto ec = set_meta_.with({"log_mark", mark}).finish())
        return ec;
    if (mark <= now_.seq)
        return {};
    now_.seq = mark;
    return set_meta_.with({"last_seq", mark}).finish();
}

error_code state_writer::renew_log_id()
{
    auto fresh = make_log_id();
    if (fresh.empty())
        return make_error_code(errc::state_not_writable);
    sqlite_statement statement(connection_, "UPDATE meta SET value = ? WHERE key = 'log'");
    if (const auto ec = statement.with({fresh}).finish())
        return ec;
    log_id_ = std::move(fresh);
    return {};
}

error_code state_writer::raise_number(watch_number number)
{
    now_.number = std::max(now_.number, number);
    return set_meta_.with({"last_number", number}).finish();
}

std::vector<watch_store::committed> state_writer::take_events()
{
    return std::exchange(events_, {});
}

} // namespace jobwatch
