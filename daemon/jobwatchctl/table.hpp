// Rows for people (aligned, with a heading) or for programs (tab-separated, without one).
#pragma once

#include "jobwatchctl/console.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jobwatch::ctl
{

struct table_row
{
    std::vector<std::string> cells; // each as cell() gives it
    std::optional<outcome> ended;   // colours the row
};

class table
{
public:
    explicit table(std::vector<std::string> headings) : headings_(std::move(headings)) {}

    void add(table_row row) { rows_.push_back(std::move(row)); }
    bool empty() const { return rows_.empty(); }

    void print(console& to) const;

private:
    void print_aligned(console& to) const;

    std::vector<std::string> headings_;
    std::vector<table_row> rows_;
};

} // namespace jobwatch::ctl
