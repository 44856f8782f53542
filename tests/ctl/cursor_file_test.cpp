#include "jobwatchctl/cursor_file.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

using namespace jobwatch;

TEST_CASE("a cursor reads back as it was written, also without a log")
{
    for (const char* const text : {"5e1c-x:1042", ":7", "a:b:0", "l:18446744073709551615"})
    {
        CAPTURE(text);
        const auto place = ctl::parse_cursor(text);
        REQUIRE(place.has_value());
        CHECK(ctl::format_cursor(*place) == text);
    }
    for (const char* const text :
         {"", "17", "log:", "log:-1", "log:1x", "log: 1", "log:18446744073709551616"})
    {
        CAPTURE(text);
        CHECK_FALSE(ctl::parse_cursor(text).has_value());
    }
}

TEST_CASE("a cursor file is replaced as a whole: who has the old one open still reads the old place")
{
    const test::temporary_directory directory;
    const std::string path = directory.file("cursor");
    CHECK_FALSE(ctl::load_cursor(path)->has_value()); // none yet
    REQUIRE(ctl::save_cursor(path, {"log", 1}).has_value());
    std::ifstream old(path);
    REQUIRE(ctl::save_cursor(path, {"log", 2}).has_value());
    std::string text;
    std::getline(old, text);
    CHECK(text == "log:1");
    CHECK((*ctl::load_cursor(path))->seq == 2);
    CHECK(
        std::distance(std::filesystem::directory_iterator(directory.path()), {}) == 1); // nothing left beside
}

TEST_CASE("what a crash left beside the cursor file does no harm")
{
    const test::temporary_directory directory;
    const std::string path = directory.file("cursor");
    REQUIRE(ctl::save_cursor(path, {"log", 1}).has_value());
    std::ofstream(path + ".new") << "lo"; // torn
    CHECK((*ctl::load_cursor(path))->seq == 1);
    REQUIRE(ctl::save_cursor(path, {"log", 2}).has_value());
    CHECK((*ctl::load_cursor(path))->seq == 2);
}

TEST_CASE("a cursor that cannot be written leaves the old one and says so")
{
    const test::temporary_directory directory;
    const std::string path = directory.file("cursor");
    REQUIRE(ctl::save_cursor(path, {"log", 1}).has_value());
    std::filesystem::create_directory(path + ".new"); // in the way
    const auto saved = ctl::save_cursor(path, {"log", 2});
    REQUIRE_FALSE(saved.has_value());
    CHECK(saved.error().text.find(path) != std::string::npos);
    CHECK((*ctl::load_cursor(path))->seq == 1);
}
