// A row of `watches` as a value.
#pragma once

#include "core/watch_view.hpp"
#include "io/state/sqlite_statement.hpp"

#include <string>
#include <string_view>

namespace jobwatch
{

enum class document_part : unsigned char
{
    without,
    with,
};

// The columns that read_watch expects, and `rest` after FROM watches.
std::string select_watch(std::string_view rest, document_part wanted = document_part::without);

watch_view read_watch(const sqlite_cursor& row, document_part wanted = document_part::without);

// What a view does not show, but a restart needs.
bool was_seen(const sqlite_cursor& row);
bool is_blocked(const sqlite_cursor& row);

} // namespace jobwatch
