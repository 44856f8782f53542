#include "io/host/log_file.hpp"

#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace jobwatch
{

namespace
{

constexpr mode_t log_file_mode = 0640;

spdlog::level::level_enum spdlog_level(log_level level)
{
    switch (level)
    {
    case log_level::trace:
        return spdlog::level::trace;
    case log_level::debug:
        return spdlog::level::debug;
    case log_level::info:
        return spdlog::level::info;
    case log_level::warning:
        return spdlog::level::warn;
    case log_level::error:
        return spdlog::level::err;
    }
    return spdlog::level::info;
}

// sd-daemon(3): a line that begins with <N> gets syslog priority N in the journal.
class journal_priority final : public spdlog::custom_flag_formatter
{
public:
    void format(const spdlog::details::log_msg& line, const std::tm&, spdlog::memory_buf_t& to) override
    {
        const auto priority = line.level >= spdlog::level::err ? '3'
            : line.level == spdlog::level::warn                ? '4'
            : line.level == spdlog::level::info                ? '6'
                                                               : '7';
        to.push_back('<');
        to.push_back(priority);
        to.push_back('>');
    }
    std::unique_ptr<custom_flag_formatter> clone() const override
    {
        return std::make_unique<journal_priority>();
    }
};

std::unique_ptr<spdlog::formatter> file_format()
{
    return std::make_unique<spdlog::pattern_formatter>(
        "%Y-%m-%dT%H:%M:%S.%eZ %-7l %v", spdlog::pattern_time_type::utc);
}

std::unique_ptr<spdlog::formatter> journal_format()
{
    auto format = std::make_unique<spdlog::pattern_formatter>();
    format->add_flag<journal_priority>('*').set_pattern("%*%v");
    return format;
}

// Made by us first, so that its mode does not depend on the umask, and its failure is told in our words. Without
// O_NONBLOCK a pipe would hold up the start.
explained<void> make_file(const std::string& path)
{
    constexpr int how = O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    int file = open(path.c_str(), how | O_CREAT | O_EXCL, log_file_mode);
    const bool made = file >= 0;
    if (!made && errno == EEXIST)
        file = open(path.c_str(), how);
    if (file < 0 || (made && fchmod(file, log_file_mode) != 0))
    {
        const error_code code(errno, boost::system::system_category());
        if (file >= 0)
            close(file);
        return failure{code, path + ": cannot be opened for writing: " + code.message()};
    }
    struct stat found = {};
    const bool is_pipe = fstat(file, &found) == 0 && S_ISFIFO(found.st_mode);
    close(file);
    if (is_pipe)
        return failure{
            error_code(EINVAL, boost::system::system_category()), path + ": a pipe, not a regular file"};
    return {};
}

// sd_journal(3): the variable names the device and inode of the stream that is connected to the journal. It is
// inherited, so that alone it says nothing.
bool stderr_is_journal()
{
    const char* const stream = std::getenv("JOURNAL_STREAM");
    struct stat found = {};
    if (stream == nullptr || fstat(STDERR_FILENO, &found) != 0)
        return false;
    return stream == std::to_string(found.st_dev) + ":" + std::to_string(found.st_ino);
}

// Control characters: C0, DEL, and C1 as UTF-8 (C2 80 to C2 9F). Remote text and clients' words come through here.
std::string one_line(std::string_view text)
{
    constexpr std::string_view hex = "0123456789abcdef";
    std::string line;
    const auto escape = [&](unsigned char byte) {
        line.append("\\x").append({hex[byte >> 4], hex[byte & 15]});
    };
    for (std::size_t at = 0; at < text.size() && line.size() < max_log_text; ++at)
    {
        const auto byte = static_cast<unsigned char>(text[at]);
        const auto next = static_cast<unsigned char>(at + 1 < text.size() ? text[at + 1] : 0);
        if (byte == 0xc2 && next >= 0x80 && next < 0xa0)
        {
            escape(byte);
            escape(next);
            ++at;
        }
        else if (byte < 0x20 || byte == 0x7f)
            escape(byte);
        else
            line += text[at];
    }
    if (line.size() >= max_log_text)
        line += "...";
    return line;
}

class spdlog_file final : public log_file
{
public:
    explicit spdlog_file(const std::string& path, log_level least) :
        pool_(std::make_shared<spdlog::details::thread_pool>(max_waiting_lines, 1))
    {
        auto to_file = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path);
        to_file->set_formatter(file_format());
        auto to_stderr = std::make_shared<spdlog::sinks::stderr_sink_mt>();
        to_stderr->set_formatter(stderr_is_journal() ? journal_format() : file_format());
        const spdlog::sinks_init_list sinks{to_file, to_stderr};
        logger_ = std::make_shared<spdlog::async_logger>(
            "jobwatchd", sinks, pool_, spdlog::async_overflow_policy::overrun_oldest);
        logger_->set_level(spdlog_level(least));
        logger_->flush_on(spdlog::level::trace); // people tail this file
        // A full disk must not fill standard error with spdlog's own complaints.
        logger_->set_error_handler([](const std::string&) {});
    }

    void say(log_level level, std::string_view line) override
    {
        if (logger_->should_log(spdlog_level(level)))
            logger_->log(spdlog_level(level), one_line(line));
    }

    std::uint64_t dropped() const override { return pool_->overrun_counter(); }

private:
    std::shared_ptr<spdlog::async_logger> logger_;
    std::shared_ptr<spdlog::details::thread_pool>
        pool_; // goes first: it writes what waits, through the logger's sinks
};

} // namespace

explained<std::unique_ptr<log_file>> open_log_file(const std::string& path, log_level least)
{
    const auto made = make_file(path);
    if (!made)
        return made.error();
    return std::unique_ptr<log_file>(std::make_unique<spdlog_file>(path, least));
}

} // namespace jobwatch
