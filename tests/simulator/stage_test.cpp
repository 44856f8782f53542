#include "files.hpp"
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
