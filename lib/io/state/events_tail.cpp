#include "io/state/events_tail.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include <sys/stat.h>
#include <unistd.h>

namespace jobwatch
{

namespace
{

constexpr std::uint64_t block_size = 64 * 1024;

// Reads [from, to) of a file. A read error is remembered and gives an empty block.
class block_reader
{
public:
    explicit block_reader(int file) : file_(file) {}

    std::string_view read(std::uint64_t from, std::uint64_t to)
    {
        block_.resize(to - from);
        std::size_t filled = 0;
        while (filled < block_.size() && !failed_)
        {
            const auto at = static_cast<off_t>(from + filled);
            const auto count = pread(file_, block_.data() + filled, block_.size() - filled, at);
            if (count < 0 && errno == EINTR)
                continue;
            if (count <= 0) // 0: shortened under our hands
                failed_ = error_code(count < 0 ? errno : EIO, boost::system::system_category());
            else
                filled += static_cast<std::size_t>(count);
        }
        block_.resize(failed_ ? 0 : filled);
        return block_;
    }

    error_code failed() const { return failed_; }

private:
    int file_;
    std::string block_;
    error_code failed_;
};

// The offset after the last newline before `end`; 0 when there is none.
std::uint64_t line_start(block_reader& reader, std::uint64_t end)
{
    while (end > 0 && !reader.failed())
    {
        const auto from = end - std::min(end, block_size);
        const auto newline = reader.read(from, end).rfind('\n');
        if (newline != std::string_view::npos)
            return from + newline + 1;
        end = from;
    }
    return 0;
}

std::optional<std::uint64_t> first_zero(block_reader& reader, std::uint64_t from, std::uint64_t end)
{
    while (from < end && !reader.failed())
    {
        const auto to = std::min(end, from + block_size);
        const auto zero = reader.read(from, to).find('\0');
        if (zero != std::string_view::npos)
            return from + zero;
        from = to;
    }
    return std::nullopt;
}

// "{"seq":1042,...}\n" gives 1042; 0 for whatever is no event.
event_seq seq_of_line(block_reader& reader, std::uint64_t from, std::uint64_t end)
{
    constexpr std::string_view opening = R"({"seq":)";
    if (end - from < opening.size() + 3 || reader.read(end - 2, end) != "}\n")
        return 0;
    auto head = reader.read(from, std::min<std::uint64_t>(end, from + 32));
    if (!head.starts_with(opening))
        return 0;
    head.remove_prefix(opening.size());
    event_seq seq = 0;
    const auto parsed = std::from_chars(head.data(), head.data() + head.size(), seq);
    const bool ends = parsed.ptr != head.data() + head.size() && (*parsed.ptr == ',' || *parsed.ptr == '}');
    return parsed.ec == std::errc{} && ends ? seq : 0;
}

} // namespace

result<events_tail> find_events_tail(int file)
{
    struct stat status
    {
    };
    if (fstat(file, &status) != 0)
        return error_code(errno, boost::system::system_category());
    const auto size = static_cast<std::uint64_t>(status.st_size);
    block_reader reader(file);
    events_tail tail;
    tail.whole = line_start(reader, size);
    const auto zero = first_zero(reader, size - std::min(size, largest_unsynced), tail.whole);
    if (zero)
        tail.whole = line_start(reader, *zero);
    tail.torn = size - tail.whole;
    auto end = tail.whole;
    while (end > 0 && tail.last == 0 && !reader.failed())
    {
        const auto from = line_start(reader, end - 1);
        tail.last = seq_of_line(reader, from, end);
        end = from;
    }
    if (reader.failed())
        return reader.failed();
    return tail;
}

} // namespace jobwatch
