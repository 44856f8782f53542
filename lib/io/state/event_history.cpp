#include "io/state/event_history.hpp"

#include "io/state/event_archive.hpp"
#include "io/state/events_tail.hpp"
#include "io/state/file_descriptor.hpp"
#include "io/state/state_failure.hpp"
#include "wire/line_splitter.hpp"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <memory>
#include <optional>

#include <fcntl.h>

namespace jobwatch
{

namespace
{

constexpr std::size_t block_size = 256 * 1024; // bytes
constexpr std::uint64_t whole_file = std::numeric_limits<std::uint64_t>::max();

struct closer
{
    void operator()(gzFile file) const { gzclose(file); }
};
using opened_file = std::unique_ptr<gzFile_s, closer>;

std::string events_path(const std::string& folder)
{
    return folder + "/events.jsonl";
}

// Hands every line on that ended with a newline.
error_code hand_on(line_splitter& lines, const history_line& take, history_damage& damage)
{
    while (const auto piece = lines.next())
    {
        if (piece->too_long)
            ++damage.long_lines;
        else if (const auto ec = take(piece->line))
            return ec;
    }
    return {};
}

// zlib reads plain files as they are.
explained<void>
read_file(const std::string& path, std::uint64_t bytes, const history_line& take, history_damage& damage)
{
    errno = 0;
    const opened_file file(gzopen(path.c_str(), "rbe"));
    if (file == nullptr)
        return file_failure(errno == 0 ? ENOMEM : errno, path, "read");
    line_splitter lines(max_history_line);
    std::string block;
    while (bytes > 0)
    {
        block.resize(std::min<std::uint64_t>(block_size, bytes));
        const auto count = gzread(file.get(), block.data(), static_cast<unsigned>(block.size()));
        const auto cause = errno;
        if (count > 0)
        {
            lines.feed(std::string_view(block).substr(0, static_cast<std::size_t>(count)));
            if (const auto ec = hand_on(lines, take, damage))
                return failure{ec, {}}; // the taker knows what it was about
            bytes -= static_cast<std::uint64_t>(count);
            continue;
        }
        int code = Z_OK;
        gzerror(file.get(), &code);
        if (code == Z_ERRNO)
            return file_failure(cause, path, "read");
        if (code != Z_OK)
            damage.files.push_back(path);
        break;
    }
    return {};
}

// Empty: there is no such file.
explained<std::optional<events_tail>> tail_of(const std::string& path)
{
    const file_descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.is_open() && errno == ENOENT)
        return std::optional<events_tail>();
    if (!file.is_open())
        return file_failure(errno, path, "read");
    const auto tail = find_events_tail(file.number());
    if (!tail)
        return file_failure(tail.error().value(), path, "read");
    return std::optional(*tail);
}

explained<std::vector<archived_events>> archives_of(const std::string& folder)
{
    auto archives = find_archived_events(folder);
    if (archives)
        return std::move(*archives);
    if (archives.error() == boost::system::errc::no_such_file_or_directory)
        return std::vector<archived_events>();
    return file_failure(archives.error().value(), folder, "read");
}

} // namespace

explained<history_damage>
read_event_history(const std::string& logs_directory, event_seq after, const history_line& take)
{
    history_damage damage;
    const auto archives = archives_of(logs_directory);
    if (!archives)
        return archives.error();
    for (const auto& archive : *archives)
    {
        if (archive.last <= after)
            continue;
        const auto read = read_file(archive.path, whole_file, take, damage);
        if (!read)
            return read.error();
    }
    const auto path = events_path(logs_directory);
    const auto tail = tail_of(path);
    if (!tail)
        return tail.error();
    if (*tail)
    {
        const auto read = read_file(path, (*tail)->whole, take, damage);
        if (!read)
            return read.error();
    }
    return damage;
}

explained<event_seq> last_in_history(const std::string& logs_directory)
{
    const auto tail = tail_of(events_path(logs_directory));
    if (!tail)
        return tail.error();
    if (*tail && (*tail)->last != 0)
        return (*tail)->last;
    const auto archives = archives_of(logs_directory);
    if (!archives)
        return archives.error();
    return archives->empty() ? event_seq{0} : archives->back().last;
}

} // namespace jobwatch
