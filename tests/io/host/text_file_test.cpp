#include "io/host/text_file.hpp"
#include "support/child_process.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include <sys/stat.h>

using namespace jobwatch;
using namespace jobwatch::test;

namespace
{

std::string written(const temporary_directory& in, const std::string& text)
{
    std::string path = in.file("text");
    std::ofstream(path, std::ios::binary) << text;
    return path;
}

} // namespace

TEST_CASE("a file is read whole, whatever its bytes, up to the limit exactly")
{
    const temporary_directory directory;
    const std::string text("a\0b\r\n\xff", 6);
    const std::string path = written(directory, text);
    CHECK(read_text_file(path, 6).value() == text);
    CHECK(read_text_file(path, 100).value() == text);
    const auto over = read_text_file(path, 5);
    REQUIRE_FALSE(over.has_value());
    CHECK(over.error().code == errc::too_large);
    CHECK(over.error().text == path + ": larger than 5 bytes");
    CHECK(read_text_file(written(directory, ""), 0).value().empty());
}

TEST_CASE("what is missing or no regular file is said in words, and nothing hangs")
{
    const temporary_directory directory;
    const auto missing = read_text_file(directory.file("none"), 10);
    REQUIRE_FALSE(missing.has_value());
    CHECK(missing.error().text == directory.file("none") + ": No such file or directory");
    const auto folder = read_text_file(directory.path().string(), 10);
    REQUIRE_FALSE(folder.has_value());
    CHECK(folder.error().text == directory.path().string() + ": not a regular file");
    const std::string pipe = directory.file("pipe");
    REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
    const auto fifo = read_text_file(pipe, 10);
    REQUIRE_FALSE(fifo.has_value());
    CHECK(fifo.error().text == pipe + ": not a regular file");
    CHECK_FALSE(read_text_file("/dev/zero", 10).has_value());
}

TEST_CASE("a file that this user may not read is said so")
{
    const temporary_directory directory;
    const std::string path = written(directory, "secret");
    REQUIRE(chmod(path.c_str(), 0000) == 0);
    REQUIRE(chmod(directory.path().c_str(), 0755) == 0);
    const int ended = in_child(
        [&]
        {
            if (geteuid() == 0 && setresuid(54'321, 54'321, 54'321) != 0)
                return 1;
            const auto text = read_text_file(path, 100);
            return !text && text.error().text == path + ": cannot be read (permissions?)" ? 0 : 2;
        });
    CHECK(ended == 0);
}

TEST_CASE("a file that everyone may read is known")
{
    const temporary_directory directory;
    const std::string path = written(directory, "secret");
    REQUIRE(chmod(path.c_str(), 0640) == 0);
    CHECK_FALSE(is_readable_by_everyone(path));
    REQUIRE(chmod(path.c_str(), 0644) == 0);
    CHECK(is_readable_by_everyone(path));
}
