// One connection to an SQLite database, with errors as values. Used by one thread at a time.
#pragma once

#include "core/error.hpp"

#include <memory>
#include <string>

struct sqlite3;

namespace jobwatch
{

// SQLite's own (extended) codes; message() is SQLite's text.
error_code sqlite_error(int code);

// Is it SQLITE_CORRUPT or SQLITE_NOTADB, of whatever extended form?
bool means_corrupt(error_code ec);

// Is it one that only the request at hand is to blame for (a constraint, a trigger's refusal)?
bool means_constraint(error_code ec);

// Is it SQLITE_FULL?
bool means_full(error_code ec);

enum class sqlite_access : unsigned char
{
    read_write,
    read_only,
};

class sqlite_connection
{
public:
    // The file must exist; SQLite itself opens lazily, so that most failures show with the first statement.
    static result<sqlite_connection> open(const std::string& path, sqlite_access how);

    // Statements without answers, such as BEGIN and PRAGMA.
    [[nodiscard]] error_code run(const char* sql);

    // Closing leaves the log (-wal) as it is instead of moving it into the database: for one that may be damaged.
    void keep_log(bool keep);

    void interrupt(); // from any thread: what runs now ends with an error

    bool in_transaction() const;
    std::string last_error() const; // for a person
    sqlite3* handle() const { return handle_.get(); }

private:
    struct closer
    {
        void operator()(sqlite3* handle) const;
    };
    explicit sqlite_connection(sqlite3* handle) : handle_(handle) {}

    std::unique_ptr<sqlite3, closer> handle_;
};

} // namespace jobwatch
