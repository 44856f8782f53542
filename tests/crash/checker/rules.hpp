// The promises, held against a history.
#pragma once

#include "checker/history.hpp"

namespace jobwatch::crash
{

struct finding
{
    std::string rule;  // lost, hole, repeated, ...: README.md has all
    std::string where; // state.db, events.jsonl or a trace
    std::string text;
};

// Empty: every promise was kept.
std::vector<finding> check(const history& run);

std::string text_of(const finding& one);

} // namespace jobwatch::crash
