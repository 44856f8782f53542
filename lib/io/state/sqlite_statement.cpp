#include "io/state/sqlite_statement.hpp"

#include <sqlite3.h>

namespace jobwatch
{

namespace
{

int bind(sqlite3_stmt* statement, int index, const sqlite_value& value)
{
    if (const auto* number = std::get_if<std::int64_t>(&value.get()))
        return sqlite3_bind_int64(statement, index, *number);
    if (const auto* text = std::get_if<std::string_view>(&value.get()))
    {
        const char* start = text->data() == nullptr ? "" : text->data(); // a null pointer would bind NULL
        return sqlite3_bind_text64(statement, index, start, text->size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    }
    return sqlite3_bind_null(statement, index);
}

} // namespace

sqlite_cursor::~sqlite_cursor()
{
    if (statement_ == nullptr)
        return;
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
}

result<bool> sqlite_cursor::next()
{
    if (failed_)
        return {boost::system::in_place_error, failed_};
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW)
        return true;
    if (code == SQLITE_DONE)
        return false;
    failed_ = sqlite_error(code);
    return {boost::system::in_place_error, failed_};
}

error_code sqlite_cursor::finish()
{
    while (true)
    {
        const auto row = next();
        if (!row)
            return row.error();
        if (!*row)
            return {};
    }
}

bool sqlite_cursor::is_null(int column) const
{
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::int64_t sqlite_cursor::integer(int column) const
{
    return sqlite3_column_int64(statement_, column);
}

std::string_view sqlite_cursor::text(int column) const
{
    const auto* start = sqlite3_column_text(statement_, column);
    if (start == nullptr)
        return {};
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return {reinterpret_cast<const char*>(start), size};
}

void sqlite_statement::finalizer::operator()(sqlite3_stmt* statement) const
{
    sqlite3_finalize(statement);
}

sqlite_statement::sqlite_statement(sqlite_connection& connection, std::string_view sql)
{
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(
        connection.handle(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &statement,
        nullptr);
    statement_.reset(statement);
    if (code != SQLITE_OK)
        failed_ = sqlite_error(code);
}

sqlite_cursor sqlite_statement::with(std::initializer_list<sqlite_value> values)
{
    return with(std::span<const sqlite_value>(values.begin(), values.size()));
}

sqlite_cursor sqlite_statement::with(std::span<const sqlite_value> values)
{
    error_code failed = failed_;
    int index = 0;
    for (const auto& value : values)
    {
        const int code = failed ? SQLITE_OK : bind(statement_.get(), ++index, value);
        if (code != SQLITE_OK)
            failed = sqlite_error(code);
    }
    return sqlite_cursor(statement_.get(), failed);
}

} // namespace jobwatch
