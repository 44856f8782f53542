#include "stage.hpp"

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

TEST_CASE("an appliance is made of options, with jobs from files and from the seed")
{
    const stage_directory directory("");
    options wanted;
    wanted.make_jobs = 3;
    wanted.document_files = {(directory.path() / "jobs.json").string()};
    CHECK_THROWS_WITH_AS(
        make_appliance(wanted, {}), doctest::Contains("jobs.json: No such"), std::runtime_error);
    write_file(wanted.document_files.front(), "{\"id\":\"one\"}\n7\n", readable_by::everyone);
    CHECK_THROWS_WITH_AS(
        make_appliance(wanted, {}), doctest::Contains("jobs.json: document 2: a JSON object is needed"),
        std::runtime_error);
    write_file(wanted.document_files.front(), "{\"id\":\"one\"}\n", readable_by::everyone);
    const appliance made = make_appliance(wanted, {});
    CHECK(made.jobs.ids_text().starts_with("one\n95407555-91dd-4c4e-9000-2484c81c4fcf\n"));
    CHECK(made.jobs.reads().jobs == 4);
    CHECK(made.who.password.size() == 24);
}

TEST_CASE("the published job is served from its file as it stands there")
{
    options wanted;
    wanted.document_files = {PUBLISHED_JOB};
    appliance made = make_appliance(wanted, {});
    const std::string file = content(PUBLISHED_JOB);
    REQUIRE(file.ends_with("}\n"));
    const auto served = made.jobs.read("778a1024-dc18-49cb-833b-cfd6c000c090", {});
    CHECK(served == file.substr(0, file.size() - 1));
}

TEST_CASE("the lines for scripts name everything a client needs")
{
    options wanted;
    wanted.password = "secret";
    const appliance made = make_appliance(wanted, {});
    const std::string lines =
        ready_lines(wanted, made, {boost::asio::ip::make_address("::1"), 8443}, "/tmp/stage");
    CHECK(lines.starts_with("url=https://[::1]:8443\naddress=::1\nport=8443\nca_file=/tmp/stage/ca.pem\n"
                            "user=jobwatch\npassword=secret\npassword_file=/tmp/stage/password\npid="));
}
