#include "files.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

using namespace jobwatch::simulator;
namespace fs = std::filesystem;

namespace
{

std::string content(const fs::path& file)
{
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

} // namespace

TEST_CASE("a directory that we invented goes away again, one that was asked for stays")
{
    fs::path invented;
    fs::path wanted;
    {
        const stage_directory outer("");
        invented = outer.path();
        wanted = invented / "deep" / "down";
        {
            const stage_directory inner(wanted.string());
            CHECK(fs::is_directory(inner.path()));
        }
        CHECK(fs::is_directory(wanted));
    }
    CHECK_FALSE(fs::exists(invented));
}

TEST_CASE("files are written whole, and secrets for their owner only")
{
    const stage_directory directory("");
    const fs::path file = directory.path() / "password";
    write_file(file, "first and longer\n", readable_by::owner);
    write_file(file, "second\n", readable_by::owner);
    CHECK(content(file) == "second\n");
    CHECK((fs::status(file).permissions() & fs::perms(077)) == fs::perms::none);
    CHECK_FALSE(fs::exists(directory.path() / "password.new"));
    CHECK_THROWS_WITH_AS(
        write_file(directory.path() / "no" / "file", "", readable_by::owner),
        doctest::Contains("No such file or directory"), std::runtime_error);
}
