#include "io/state/list_query.hpp"

#include "io/state/watch_row.hpp"

namespace jobwatch
{

namespace
{

// `number` is the watch's number in the statement at hand.
void require_label(
    std::string& sql, std::vector<sqlite_value>& values, std::string_view number, const std::string& name,
    const std::string& value)
{
    sql += " AND EXISTS(SELECT 1 FROM watch_labels AS l WHERE l.name = ? AND l.value = ? AND l.watch = ";
    sql += number;
    sql += ")";
    values.insert(values.end(), {name, value});
}

std::string_view state_condition(watch_state state)
{
    switch (state)
    {
    case watch_state::open:
        return " AND outcome IS NULL";
    case watch_state::ended:
        return " AND outcome IS NOT NULL";
    case watch_state::all:
        break;
    }
    return "";
}

} // namespace

list_query::list_query(const list_command& asked)
{
    std::string rest = "WHERE number > ?";
    values_.emplace_back(asked.after);
    rest += state_condition(asked.state);
    std::string_view separator = " AND outcome IN (";
    for (const auto wanted : asked.outcomes)
    {
        rest += separator;
        rest += '?';
        values_.emplace_back(to_string(wanted));
        separator = ", ";
    }
    rest += asked.outcomes.empty() ? "" : ")";
    if (asked.appliance)
    {
        rest += " AND appliance = ?";
        values_.emplace_back(*asked.appliance);
    }
    if (asked.kind)
    {
        rest += " AND kind = ?";
        values_.emplace_back(*asked.kind);
    }
    for (const auto& [name, value] : asked.labels)
        require_label(rest, values_, "watches.number", name, value);
    rest += " ORDER BY number LIMIT ?";
    values_.emplace_back(asked.limit);
    sql_ = select_watch(rest);
}

// The first label leads, through the index; the others are looked up for each watch it gives.
labels_query::labels_query(const watch_labels& labels, std::int64_t limit)
{
    if (labels.empty())
        sql_ = "SELECT number FROM watches WHERE TRUE";
    bool leads = true;
    for (const auto& [name, value] : labels)
    {
        if (!leads)
        {
            require_label(sql_, values_, "first.watch", name, value);
            continue;
        }
        sql_ = "SELECT watch FROM watch_labels AS first WHERE name = ? AND value = ?";
        values_.insert(values_.end(), {name, value});
        leads = false;
    }
    sql_ += " ORDER BY 1 LIMIT ?";
    values_.emplace_back(limit);
}

} // namespace jobwatch
