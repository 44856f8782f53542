// Looks into state.db beside the daemon, read-only.
#pragma once

#include <string>
#include <vector>

struct sqlite3;

namespace jobwatch::test
{

class state_reader
{
public:
    explicit state_reader(const std::string& path);
    ~state_reader();
    state_reader(const state_reader&) = delete;

    // The first column of each row.
    std::vector<std::string> texts(const std::string& query) const;
    long long number(const std::string& query) const;
    // All events as they must stand in events.jsonl.
    std::string events() const;

private:
    sqlite3* database_ = nullptr;
};

} // namespace jobwatch::test
