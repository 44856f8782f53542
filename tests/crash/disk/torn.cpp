#include "disk/disk_model.hpp"

#include <algorithm>
#include <array>

namespace jobwatch::crash
{

namespace
{

constexpr std::uint64_t sector = 512; // bytes: what a disk writes whole or not at all

// How many of 100 sectors stay, by turns of fortune.
constexpr std::array<std::uint64_t, 6> mercies{100, 100, 0, 20, 50, 90};

// Puts those sectors of a write in place that are lucky. A file that was lengthened keeps its length or not.
void apply_some(
    std::string& bytes, const file_change& change, std::uint64_t mercy, test::random_source& chance,
    cut_report& report)
{
    const auto end = change.offset + change.bytes.size();
    if (end > bytes.size() && mercy != 0 && chance.one_in(2))
        bytes.resize(end); // with NULs
    for (auto from = change.offset; from < end;)
    {
        const auto to = std::min(end, (from / sector + 1) * sector);
        if (chance.below(100) < mercy)
        {
            if (bytes.size() < to)
                bytes.resize(to);
            bytes.replace(from, to - from, change.bytes, from - change.offset, to - from);
        }
        else
            report.bytes_lost += to - from;
        from = to;
    }
}

} // namespace

void apply_change(std::string& bytes, const file_change& change)
{
    if (change.truncates)
        return bytes.resize(change.offset);
    const auto end = change.offset + change.bytes.size();
    if (bytes.size() < end)
        bytes.resize(end);
    bytes.replace(change.offset, change.bytes.size(), change.bytes);
}

std::string torn(const stored_file& file, test::random_source& chance, cut_report& report)
{
    auto bytes = file.synced;
    const auto count = file.pending.size();
    const auto mercy = mercies.at(chance.below(mercies.size()));
    const auto reached = chance.one_in(2) ? count : static_cast<std::size_t>(chance.below(count + 1));
    for (std::size_t at = 0; at < count; ++at)
    {
        const auto& change = file.pending[at];
        report.bytes += change.bytes.size();
        if (at >= reached)
            report.bytes_lost += change.bytes.size();
        else if (change.truncates)
            bytes.resize(change.offset);
        else
            apply_some(bytes, change, mercy, chance, report);
    }
    return bytes;
}

} // namespace jobwatch::crash
