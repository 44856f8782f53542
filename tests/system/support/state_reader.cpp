#include "support/state_reader.hpp"

#include <sqlite3.h>

#include <stdexcept>

namespace jobwatch::test
{

state_reader::state_reader(const std::string& path)
{
    if (sqlite3_open_v2(path.c_str(), &database_, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK)
        throw std::runtime_error("cannot open " + path);
    sqlite3_busy_timeout(database_, 5'000);
}

state_reader::~state_reader()
{
    sqlite3_close(database_);
}

std::vector<std::string> state_reader::texts(const std::string& query) const
{
    sqlite3_stmt* asked = nullptr;
    if (sqlite3_prepare_v2(database_, query.c_str(), -1, &asked, nullptr) != SQLITE_OK)
        throw std::runtime_error(query + ": " + sqlite3_errmsg(database_));
    std::vector<std::string> found;
    int step = 0;
    while ((step = sqlite3_step(asked)) == SQLITE_ROW)
    {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(asked, 0));
        found.emplace_back(text == nullptr ? "" : text);
    }
    sqlite3_finalize(asked);
    if (step != SQLITE_DONE)
        throw std::runtime_error(query + ": " + sqlite3_errmsg(database_));
    return found;
}

long long state_reader::number(const std::string& query) const
{
    return std::stoll(texts(query).at(0));
}

std::string state_reader::events() const
{
    std::string all;
    for (const auto& line : texts("SELECT text FROM events ORDER BY seq"))
        all += line;
    return all;
}

} // namespace jobwatch::test
