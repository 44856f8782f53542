// A prepared statement that is used again and again: `with` binds values and gives a cursor over its rows.
#pragma once

#include "io/state/sqlite_connection.hpp"

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

struct sqlite3_stmt;

namespace jobwatch
{

// What can be bound: nothing (NULL), a number, a text.
class sqlite_value
{
public:
    using variant = std::variant<std::monostate, std::int64_t, std::string_view>;

    // Implicit on purpose: values are bound by being listed.
    // NOLINTBEGIN(google-explicit-constructor)
    sqlite_value(std::nullopt_t) {}
    sqlite_value(std::integral auto number) : value_(within_range(number)) {}
    sqlite_value(bool flag) : value_(std::int64_t{flag}) {}
    sqlite_value(std::string_view text) : value_(text) {}
    sqlite_value(const std::string& text) : value_(std::string_view(text)) {}
    sqlite_value(const char* text) : value_(std::string_view(text)) {}
    template <class T>
    sqlite_value(const std::optional<T>& value) :
        value_(value.has_value() ? sqlite_value(*value).value_ : variant())
    {
    }
    // NOLINTEND(google-explicit-constructor)

    const variant& get() const { return value_; }

private:
    // SQLite's numbers are signed; no number of ours comes near the end, but those that clients write may.
    static std::int64_t within_range(std::integral auto number)
    {
        constexpr auto most = std::numeric_limits<std::int64_t>::max();
        return std::cmp_greater(number, most) ? most : static_cast<std::int64_t>(number);
    }

    variant value_;
};

// The rows of one execution. When it goes, the statement is reset and so its read transaction is over.
class sqlite_cursor
{
public:
    explicit sqlite_cursor(sqlite3_stmt* statement, error_code failed) :
        statement_(statement), failed_(failed)
    {
    }
    sqlite_cursor(const sqlite_cursor&) = delete;
    sqlite_cursor& operator=(const sqlite_cursor&) = delete;
    ~sqlite_cursor();

    result<bool> next(); // true: there is a row

    // For statements that give no rows: runs to the end.
    [[nodiscard]] error_code finish();

    bool is_null(int column) const;
    std::int64_t integer(int column) const;  // 0 when null
    std::string_view text(int column) const; // until the next row; "" when null

private:
    sqlite3_stmt* statement_;
    error_code failed_;
};

class sqlite_statement
{
public:
    // A failure to prepare shows with the first use.
    sqlite_statement(sqlite_connection& connection, std::string_view sql);

    // The values are copied.
    sqlite_cursor with(std::initializer_list<sqlite_value> values);
    sqlite_cursor with(std::span<const sqlite_value> values);

private:
    struct finalizer
    {
        void operator()(sqlite3_stmt* statement) const;
    };

    std::unique_ptr<sqlite3_stmt, finalizer> statement_;
    error_code failed_;
};

} // namespace jobwatch
