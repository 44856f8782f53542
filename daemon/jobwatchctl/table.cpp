#include "jobwatchctl/table.hpp"

#include <algorithm>
#include <ostream>

namespace jobwatch::ctl
{

namespace
{

// Characters, not bytes; good enough for what stands in our columns.
std::size_t width_of(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(),
        [](char each) { return (static_cast<unsigned char>(each) & 0xC0U) != 0x80; }));
}

std::string joined(
    const std::vector<std::string>& cells, const std::vector<std::size_t>& widths, std::string_view between)
{
    std::string line;
    for (std::size_t at = 0; at < cells.size(); ++at)
    {
        line += cells[at];
        if (at + 1 == cells.size())
            break;
        const std::size_t width = width_of(cells[at]);
        line.append(at < widths.size() && widths[at] > width ? widths[at] - width : 0, ' ');
        line += between;
    }
    return line;
}

} // namespace

void table::print(console& to) const
{
    if (to.out_is_terminal)
        return print_aligned(to);
    for (const table_row& row : rows_)
        to.out << joined(row.cells, {}, "\t") << '\n';
}

void table::print_aligned(console& to) const
{
    if (rows_.empty())
        return;
    std::vector<std::size_t> widths(headings_.size());
    const auto widen = [&](const std::vector<std::string>& cells)
    {
        for (std::size_t at = 0; at < cells.size() && at < widths.size(); ++at)
            widths[at] = std::max(widths[at], width_of(cells[at]));
    };
    widen(headings_);
    for (const table_row& row : rows_)
        widen(row.cells);
    to.out << joined(headings_, widths, "  ") << '\n';
    for (const table_row& row : rows_)
    {
        const std::string line = joined(row.cells, widths, "  ");
        to.out << (row.ended ? coloured(to, line, *row.ended) : line) << '\n';
    }
}

} // namespace jobwatch::ctl
