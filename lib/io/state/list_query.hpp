// The SQL of questions that have as many conditions as their asker wrote. All outside text is bound, never pasted.
#pragma once

#include "core/command.hpp"
#include "io/state/sqlite_statement.hpp"

#include <string>
#include <vector>

namespace jobwatch
{

// What is asked must outlive the query: it is bound by reference.
class list_query
{
public:
    explicit list_query(const list_command& asked);

    const std::string& sql() const { return sql_; }
    const std::vector<sqlite_value>& values() const { return values_; }

private:
    std::string sql_;
    std::vector<sqlite_value> values_;
};

class labels_query
{
public:
    labels_query(const watch_labels& labels, std::int64_t limit);

    const std::string& sql() const { return sql_; }
    const std::vector<sqlite_value>& values() const { return values_; }

private:
    std::string sql_;
    std::vector<sqlite_value> values_;
};

} // namespace jobwatch
