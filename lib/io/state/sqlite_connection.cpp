#include "io/state/sqlite_connection.hpp"

#include <sqlite3.h>

namespace jobwatch
{

namespace
{

// Boost's error_category has no virtual destructor on purpose; categories are never deleted through it.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

class category final : public boost::system::error_category
{
public:
    const char* name() const noexcept override { return "sqlite"; }
    std::string message(int value) const override { return sqlite3_errstr(value); }
};

#pragma GCC diagnostic pop

const category& sqlite_category()
{
    static const category instance;
    return instance;
}

// The low byte of an extended code is the primary one.
int primary(error_code ec)
{
    return ec.category() == sqlite_category() ? ec.value() & 0xff : SQLITE_OK;
}

} // namespace

error_code sqlite_error(int code)
{
    return {code, sqlite_category()};
}

bool means_corrupt(error_code ec)
{
    return primary(ec) == SQLITE_CORRUPT || primary(ec) == SQLITE_NOTADB;
}

bool means_constraint(error_code ec)
{
    return primary(ec) == SQLITE_CONSTRAINT;
}

bool means_full(error_code ec)
{
    return primary(ec) == SQLITE_FULL;
}

void sqlite_connection::closer::operator()(sqlite3* handle) const
{
    sqlite3_close_v2(handle); // with statements still alive: closed with the last of them
}

result<sqlite_connection> sqlite_connection::open(const std::string& path, sqlite_access how)
{
    const int direction = how == sqlite_access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    const int flags = direction | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
    sqlite_connection opened(handle); // also after a failure there may be a handle to close
    if (code != SQLITE_OK)
        return sqlite_error(code);
    return opened;
}

error_code sqlite_connection::run(const char* sql)
{
    const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
    return code == SQLITE_OK ? error_code() : sqlite_error(code);
}

void sqlite_connection::keep_log(bool keep)
{
    sqlite3_db_config(handle_.get(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, keep ? 1 : 0, nullptr);
}

void sqlite_connection::interrupt()
{
    sqlite3_interrupt(handle_.get());
}

bool sqlite_connection::in_transaction() const
{
    return sqlite3_get_autocommit(handle_.get()) == 0;
}

std::string sqlite_connection::last_error() const
{
    return sqlite3_errmsg(handle_.get());
}

} // namespace jobwatch
