#include "io/state/directory_lock.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <optional>

#include <unistd.h>

using namespace jobwatch;

TEST_CASE("a second owner of a directory is refused and told the pid of the first")
{
    const test::temporary_directory directory;
    const auto first = directory_lock::take(directory.path().string());
    REQUIRE(first.has_value());
    const auto second = directory_lock::take(directory.path().string());
    REQUIRE(second.has_error());
    CHECK(second.error().code == errc::state_locked);
    CHECK(second.error().text.find("pid " + std::to_string(getpid())) != std::string::npos);
}

TEST_CASE("a lock file that holds nonsense refuses without a pid")
{
    const test::temporary_directory directory;
    const auto first = directory_lock::take(directory.path().string());
    std::ofstream(directory.file("lock")) << "nonsense";
    const auto second = directory_lock::take(directory.path().string());
    REQUIRE(second.has_error());
    CHECK(second.error().code == errc::state_locked);
    CHECK(second.error().text.find("pid") == std::string::npos);
}

TEST_CASE("a lock ends with its owner, and a left-over lock file is no hindrance")
{
    const test::temporary_directory directory;
    {
        const auto first = directory_lock::take(directory.path().string());
        REQUIRE(first.has_value());
    }
    CHECK(directory_lock::take(directory.path().string()).has_value());
}

TEST_CASE("a lock that its owner lets go between two tries is taken")
{
    const test::temporary_directory directory;
    std::optional<directory_lock> first = directory_lock::take(directory.path().string()).value();
    int pauses = 0;
    const auto second = directory_lock::take(
        directory.path().string(), "lock",
        [&]
        {
            if (++pauses == 3)
                first.reset();
            return true;
        });
    CHECK(second.has_value());
    CHECK(pauses == 3);
}

TEST_CASE("patience has an end")
{
    const test::temporary_directory directory;
    const auto first = directory_lock::take(directory.path().string());
    int pauses = 0;
    const auto second = directory_lock::take(directory.path().string(), "lock", [&] { return ++pauses < 5; });
    REQUIRE(second.has_error());
    CHECK(second.error().code == errc::state_locked);
    CHECK(pauses == 5);
}

TEST_CASE("a lock in a directory that is not there names the path and the cause")
{
    const auto refused = directory_lock::take("/nonexistent/state");
    REQUIRE(refused.has_error());
    CHECK(refused.error().text.find("/nonexistent/state/lock: No such file") != std::string::npos);
}

TEST_CASE("a directory may have several locks, told apart by the names of their files")
{
    const test::temporary_directory directory;
    const auto state = directory_lock::take(directory.path().string());
    const auto logs = directory_lock::take(directory.path().string(), "logs.lock");
    CHECK(logs.has_value());
    const auto second = directory_lock::take(directory.path().string(), "logs.lock");
    REQUIRE(second.has_error());
    CHECK(second.error().code == errc::state_locked);
}
