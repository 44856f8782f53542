#include "jobwatchctl/cursor_file.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace jobwatch::ctl
{

namespace
{

constexpr std::size_t max_cursor_text = 512; // bytes
constexpr mode_t file_mode = 0644;           // less the umask

failure failed(const std::string& path, int error)
{
    const error_code code(error, boost::system::system_category());
    return {code, "cursor file " + path + ": " + code.message()};
}

class open_file
{
public:
    open_file(const char* path, int flags) : descriptor_(::open(path, flags | O_CLOEXEC, file_mode)) {}
    ~open_file() { close(); }
    open_file(const open_file&) = delete;
    open_file& operator=(const open_file&) = delete;

    explicit operator bool() const { return descriptor_ >= 0; }
    int descriptor() const { return descriptor_; }
    bool close() { return descriptor_ < 0 || ::close(std::exchange(descriptor_, -1)) == 0; }

private:
    int descriptor_;
};

bool write_all(int file, std::string_view text)
{
    while (!text.empty())
    {
        const auto count = ::write(file, text.data(), text.size());
        if (count < 0 && errno != EINTR)
            return false;
        text.remove_prefix(count < 0 ? 0 : static_cast<std::size_t>(count));
    }
    return true;
}

void sync_folder_of(const std::string& path)
{
    const auto folder = std::filesystem::path(path).parent_path();
    const open_file opened(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY);
    if (opened)
        ::fsync(opened.descriptor());
}

} // namespace

std::optional<cursor> parse_cursor(std::string_view text)
{
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon > 256)
        return std::nullopt;
    cursor place{std::string(text.substr(0, colon)), 0};
    const auto digits = text.substr(colon + 1);
    const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), place.seq);
    if (wrong != std::errc() || end != digits.data() + digits.size())
        return std::nullopt;
    return place;
}

std::string format_cursor(const cursor& place)
{
    return place.log + ':' + std::to_string(place.seq);
}

explained<std::optional<cursor>> load_cursor(const std::string& path)
{
    const open_file file(path.c_str(), O_RDONLY);
    if (!file && errno == ENOENT)
        return std::optional<cursor>();
    if (!file)
        return failed(path, errno);
    std::array<char, max_cursor_text> bytes{};
    const auto count = ::read(file.descriptor(), bytes.data(), bytes.size());
    if (count < 0)
        return failed(path, errno);
    std::string_view text(bytes.data(), static_cast<std::size_t>(count));
    text = text.substr(0, text.find_last_not_of(" \r\n") + 1);
    if (text.empty())
        return std::optional<cursor>();
    if (auto place = parse_cursor(text))
        return place;
    return failure{
        error_code(EINVAL, boost::system::system_category()),
        "cursor file " + path + ": it does not hold a cursor (LOG:SEQ); remove it to start anew"};
}

explained<void> save_cursor(const std::string& path, const cursor& place)
{
    const std::string beside = path + ".new";
    open_file file(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC);
    if (!file)
        return failed(beside, errno);
    if (!write_all(file.descriptor(), format_cursor(place) + '\n') || ::fsync(file.descriptor()) != 0
        || !file.close() || ::rename(beside.c_str(), path.c_str()) != 0)
    {
        const int error = errno;
        ::unlink(beside.c_str());
        return failed(path, error);
    }
    sync_folder_of(path);
    return {};
}

} // namespace jobwatch::ctl
