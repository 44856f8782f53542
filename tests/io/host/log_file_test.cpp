#include "io/host/log_file.hpp"
#include "support/child_process.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <regex>

#include <fcntl.h>
#include <sys/stat.h>

using namespace jobwatch;
using namespace jobwatch::test;

namespace
{

std::vector<std::string> lines_of(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::vector<std::string> found;
    for (std::string line; std::getline(file, line);)
        found.push_back(line);
    return found;
}

void to_stderr(const std::string& path)
{
    const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    dup2(file, STDERR_FILENO);
    close(file);
}

// Opens a log in a child whose standard error is the file "stderr", and lets `say` write to it.
template <class Say>
void logged(const temporary_directory& in, log_level least, Say say)
{
    const int ended = in_child(
        [&]
        {
            to_stderr(in.file("stderr"));
            unsetenv("JOURNAL_STREAM");
            auto log = open_log_file(in.file("log"), least);
            if (!log)
                return 1;
            say(**log);
            return 0;
        });
    REQUIRE(ended == 0);
}

const std::regex form(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (info|warning|error|debug|trace) {1,4}\S.*)");

} // namespace

TEST_CASE("lines have a time, a level and the text, in the file and on standard error")
{
    const temporary_directory directory;
    logged(
        directory, log_level::info,
        [](log_file& log)
        {
            log.say(log_level::debug, "not said");
            log.say(log_level::info, "prod job-1 succeeded {}: 100%");
            log.say(log_level::warning, "careful");
            log.say(log_level::error, "broken");
        });
    for (const std::string name : {"log", "stderr"})
    {
        const auto lines = lines_of(directory.file(name));
        REQUIRE(lines.size() == 3);
        for (const auto& line : lines)
            CHECK(std::regex_match(line, form));
        CHECK(lines[0].find("Z info    prod job-1 succeeded {}: 100%") != std::string::npos);
        CHECK(lines[1].find("Z warning careful") != std::string::npos);
        CHECK(lines[2].find("Z error   broken") != std::string::npos);
    }
}

TEST_CASE("a log is made for its owner and group whatever the umask, and appended to")
{
    const temporary_directory directory;
    for (int turn = 0; turn < 2; ++turn)
        logged(
            directory, log_level::trace,
            [](log_file& log)
            {
                log.say(log_level::trace, "one");
                log.say(log_level::debug, "two");
            });
    CHECK(lines_of(directory.file("log")).size() == 4);
    for (const mode_t mask : {0000U, 0027U, 0077U})
    {
        const std::string path = directory.file("log-" + std::to_string(mask));
        const mode_t before = umask(mask);
        const bool made = open_log_file(path, log_level::info).has_value();
        umask(before);
        REQUIRE(made);
        struct stat found = {};
        REQUIRE(stat(path.c_str(), &found) == 0);
        CHECK((found.st_mode & 07777) == 0640);
    }
    // The mode that somebody gave an existing file is left alone.
    REQUIRE(chmod(directory.file("log").c_str(), 0600) == 0);
    REQUIRE(open_log_file(directory.file("log"), log_level::info).has_value());
    struct stat found = {};
    REQUIRE(stat(directory.file("log").c_str(), &found) == 0);
    CHECK((found.st_mode & 07777) == 0600);
}

TEST_CASE("no text forges a second line or speaks to a terminal")
{
    const temporary_directory directory;
    logged(
        directory, log_level::info,
        [](log_file& log)
        {
            log.say(
                log_level::warning,
                std::string_view(
                    "a\n2026-11-23T00:00:00.000Z error   forged\r\x1b[2J\0\x7f\xc2\x9b\tz \xc3\xa9", 55));
            log.say(log_level::info, std::string(1 << 20, 'x'));
        });
    const auto lines = lines_of(directory.file("log"));
    REQUIRE(lines.size() == 2);
    CHECK(
        lines[0].substr(25)
        == "warning a\\x0a2026-11-23T00:00:00.000Z error   forged\\x0d\\x1b[2J\\x00\\x7f\\xc2\\x9b\\x09z "
           "\xc3\xa9");
    CHECK(lines[1].size() < 5'000);
    CHECK(lines[1].substr(lines[1].size() - 3) == "...");
}

TEST_CASE("a path that cannot be opened is said in words, and nothing hangs")
{
    const temporary_directory directory;
    const auto missing = open_log_file(directory.file("none/log"), log_level::info);
    REQUIRE_FALSE(missing.has_value());
    CHECK(
        missing.error().text
        == directory.file("none/log") + ": cannot be opened for writing: No such file or directory");
    const auto folder = open_log_file(directory.path().string(), log_level::info);
    REQUIRE_FALSE(folder.has_value());
    CHECK(
        folder.error().text == directory.path().string() + ": cannot be opened for writing: Is a directory");
    const std::string pipe = directory.file("pipe");
    REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
    const int ended = in_child(
        [&]
        {
            alarm(20); // ends the child if the open hangs
            return open_log_file(pipe, log_level::info) ? 1 : 0;
        });
    CHECK(ended == 0);
}

TEST_CASE("a flood is dropped and counted when the disk does not keep up, and nobody waits")
{
    const temporary_directory directory;
    const int ended = in_child(
        []
        {
            alarm(60); // ends the child if say() waits
            signal(SIGPIPE, SIG_IGN);
            int stuck[2] = {};
            if (pipe(stuck) != 0)
                return 1;
            dup2(stuck[1], STDERR_FILENO); // nobody reads it
            auto log = open_log_file("/dev/null", log_level::info);
            if (!log)
                return 2;
            for (std::size_t at = 0; at < 3 * max_waiting_lines; ++at)
                (*log)->say(log_level::info, std::string(100, 'x'));
            const int given = (*log)->dropped() >= max_waiting_lines ? 0 : 3;
            close(stuck[0]); // the writing thread goes on, and the log ends in order
            return given;
        });
    CHECK(ended == 0);
}

TEST_CASE("the journal is given priorities, and only when standard error is the journal")
{
    const temporary_directory directory;
    for (const bool is_journal : {true, false})
    {
        const std::string path = directory.file(is_journal ? "journal" : "terminal");
        const int ended = in_child(
            [&]
            {
                to_stderr(path);
                struct stat found = {};
                fstat(STDERR_FILENO, &found);
                const auto inode = found.st_ino + (is_journal ? 0 : 1);
                const std::string stream = std::to_string(found.st_dev) + ":" + std::to_string(inode);
                setenv("JOURNAL_STREAM", stream.c_str(), 1);
                auto log = open_log_file(directory.file("log"), log_level::debug);
                if (!log)
                    return 1;
                (*log)->say(log_level::debug, "d");
                (*log)->say(log_level::info, "i");
                (*log)->say(log_level::warning, "w");
                (*log)->say(log_level::error, "e");
                return 0;
            });
        REQUIRE(ended == 0);
        const auto lines = lines_of(path);
        REQUIRE(lines.size() == 4);
        if (is_journal)
            CHECK(lines == std::vector<std::string>{"<7>d", "<6>i", "<4>w", "<3>e"});
        else
            CHECK(std::regex_match(lines[0], form));
    }
}
