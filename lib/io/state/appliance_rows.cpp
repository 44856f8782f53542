#include "io/state/appliance_rows.hpp"

#include "io/state/sqlite_statement.hpp"
#include "io/state/stored_time.hpp"

namespace jobwatch
{

namespace
{

using states = std::map<std::string, appliance_state>;

error_code clear(sqlite_connection& connection, const std::string& appliance)
{
    for (const auto* sql :
         {"DELETE FROM conditions WHERE appliance = ?", "DELETE FROM login_refusals WHERE appliance = ?"})
    {
        sqlite_statement statement(connection, sql);
        if (const auto ec = statement.with({appliance}).finish())
            return ec;
    }
    return {};
}

error_code read_conditions(sqlite_connection& connection, states& to)
{
    sqlite_statement statement(connection, "SELECT appliance, condition, since, reason FROM conditions");
    auto rows = statement.with({});
    while (true)
    {
        const auto row = rows.next();
        if (!row || !*row)
            return row ? error_code() : row.error();
        if (const auto which = parse_condition(rows.text(1)))
            to[std::string(rows.text(0))].conditions[*which] = {
                time_from_stored(rows.integer(2)), std::string(rows.text(3))};
    }
}

error_code read_refusals(sqlite_connection& connection, states& to)
{
    sqlite_statement statement(
        connection, "SELECT appliance, count, not_before, secret_stamp FROM login_refusals");
    auto rows = statement.with({});
    while (true)
    {
        const auto row = rows.next();
        if (!row || !*row)
            return row ? error_code() : row.error();
        to[std::string(rows.text(0))].refusals = {
            static_cast<std::uint32_t>(rows.integer(1)), time_from_stored(rows.integer(2)),
            std::string(rows.text(3))};
    }
}

} // namespace

error_code store_appliance_state(
    sqlite_connection& connection, const std::string& appliance, const appliance_state& state)
{
    if (const auto ec = clear(connection, appliance))
        return ec;
    sqlite_statement condition_row(connection, "INSERT INTO conditions VALUES(?, ?, ?, ?)");
    for (const auto& [which, standing] : state.conditions)
    {
        const auto since = to_stored(standing.since);
        if (const auto ec =
                condition_row.with({appliance, to_string(which), since, standing.reason}).finish())
            return ec;
    }
    const login_refusals& refusals = state.refusals;
    if (refusals.count == 0)
        return {};
    sqlite_statement refusal_row(connection, "INSERT INTO login_refusals VALUES(?, ?, ?, ?)");
    return refusal_row
        .with({appliance, refusals.count, to_stored(refusals.not_before), refusals.secret_stamp})
        .finish();
}

result<states> read_appliance_states(sqlite_connection& connection)
{
    states found;
    if (const auto ec = read_conditions(connection, found))
        return ec;
    if (const auto ec = read_refusals(connection, found))
        return ec;
    return found;
}

} // namespace jobwatch
