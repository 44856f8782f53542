#include "file_size_limit.hpp"
#include "io/state/events_appender.hpp"
#include "state_fixture.hpp"

#include <filesystem>

#include <sys/stat.h>

using namespace jobwatch;

namespace
{

struct appender_fixture
{
    test::temporary_directory directory;
    std::string path = directory.file("events.jsonl");
    std::string first = "{\"seq\":1}\n";
    std::string second = "{\"seq\":2}\n";

    events_appender open()
    {
        auto opened = events_appender::open(path, directory.path().string());
        REQUIRE(opened.has_value());
        return std::move(*opened);
    }
};

} // namespace

TEST_CASE_FIXTURE(
    appender_fixture, "lines are appended to what is there, and others of the group may read them")
{
    auto file = open();
    REQUIRE_FALSE(file.append(first));
    REQUIRE_FALSE(file.append(second));
    CHECK(test::content(path) == first + second);
    struct stat status
    {
    };
    REQUIRE(stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0137) == 0); // at most 0640
    CHECK(open().found().last == 2);
}

TEST_CASE_FIXTURE(appender_fixture, "a torn tail is cut off when the file is opened")
{
    test::write_file(path, first + "{\"seq\":2");
    auto file = open();
    CHECK(file.found().torn == 8);
    CHECK(test::content(path) == first);
    REQUIRE_FALSE(file.append(second));
    CHECK(test::content(path) == first + second);
}

TEST_CASE_FIXTURE(
    appender_fixture, "a line that the disk took in part is taken back, and can be written again")
{
    auto file = open();
    REQUIRE_FALSE(file.append(first));
    {
        const test::file_size_limit full(first.size() + 4);
        CHECK(file.append(second));
        CHECK(test::content(path) == first);
        CHECK(file.size() == first.size());
    }
    REQUIRE_FALSE(file.append(second));
    CHECK(test::content(path) == first + second);
}

TEST_CASE_FIXTURE(appender_fixture, "what others do to the file is seen")
{
    using state = events_appender::state;
    auto file = open();
    REQUIRE_FALSE(file.append(first));
    CHECK(file.look(path) == state::ours);
    std::ofstream(path, std::ios::app) << "more";
    CHECK(file.look(path) == state::grown);
    std::filesystem::resize_file(path, 3);
    CHECK(file.look(path) == state::shrunk);
    std::filesystem::rename(path, path + ".1");
    CHECK(file.look(path) == state::gone);
    test::write_file(path, first);
    CHECK(file.look(path) == state::gone);
}

TEST_CASE_FIXTURE(appender_fixture, "a folder that is not there is an error that says so")
{
    const auto refused = events_appender::open("/nonexistent/events.jsonl", "/nonexistent");
    REQUIRE(refused.has_error());
    CHECK(refused.error() == boost::system::errc::no_such_file_or_directory);
}
