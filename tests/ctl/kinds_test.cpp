#include "ctl/ctl_fixture.hpp"

using namespace jobwatch;
using namespace jobwatch::test;
using ctl::exit_code;

namespace
{

std::string kind_object(const std::string& name, const std::string& origin, const std::string& succeeded)
{
    return R"({"name":")" + name + R"(","origin":")" + origin + R"(","path":"/api/v1/)" + name
        + R"(/{id}","status":"/overall_status","details":"sentences","pending":["in_progress","queued"],)"
          R"("succeeded":[)"
        + succeeded + R"(],"failed":["failed"],"cancelled":[]})";
}

const std::string usual = kind_object("aws/bulk", "built_in", R"("completed")");
const std::string other = kind_object("dsm/refresh", "built_in", R"("completed")");
const std::string changed = kind_object("acme/job", "configured", R"("completed","done\u001b[2J")");

struct kinds_fixture : ctl_fixture
{
    scripted_daemon daemon{
        path, [](scripted_daemon::client& to, const std::string& line, std::size_t) {
            to.answer(
                line, R"({"default":"aws/bulk","kinds":[)" + changed + ',' + usual + ',' + other + "]}");
        }};
};

} // namespace

TEST_CASE_FIXTURE(kinds_fixture, "for programs a kind is one line, with everything")
{
    CHECK(run({"kinds"}) == exit_code::ok);
    CHECK(method_of(daemon.heard().front()) == "kinds");
    CHECK(
        out.str()
        == "acme/job\tconfigured\t/api/v1/acme/job/{id}\t/overall_status\tsentences\tin_progress,queued\t"
           "completed,done\\x1b[2J\tfailed\t-\n"
           "aws/bulk\tbuilt_in\t/api/v1/aws/bulk/{id}\t/overall_status\tsentences\tin_progress,queued\t"
           "completed\tfailed\t-\n"
           "dsm/refresh\tbuilt_in\t/api/v1/dsm/refresh/{id}\t/overall_status\tsentences\tin_progress,queued\t"
           "completed\tfailed\t-\n");
}

TEST_CASE_FIXTURE(kinds_fixture, "for people it is a table, and words that many kinds share are told once")
{
    io.out_is_terminal = true;
    CHECK(run({"kinds"}) == exit_code::ok);
    CHECK(
        out.str()
        == "KIND         ORIGIN             STATUS           DETAILS    PATH\n"
           "acme/job     configured         /overall_status  sentences  /api/v1/acme/job/{id}\n"
           "aws/bulk     built in, default  /overall_status  sentences  /api/v1/aws/bulk/{id}\n"
           "dsm/refresh  built in           /overall_status  sentences  /api/v1/dsm/refresh/{id}\n"
           "\n"
           "words of acme/job\n"
           "  pending    in_progress, queued\n"
           "  succeeded  completed, done\\x1b[2J\n"
           "  failed     failed\n"
           "  cancelled  -\n"
           "\n"
           "words of all other kinds\n"
           "  pending    in_progress, queued\n"
           "  succeeded  completed\n"
           "  failed     failed\n"
           "  cancelled  -\n");
}

TEST_CASE_FIXTURE(kinds_fixture, "with --json the daemon's own objects are printed, one a line")
{
    CHECK(run({"kinds", "--json"}) == exit_code::ok);
    CHECK(out.str() == changed + '\n' + usual + '\n' + other + '\n');
}

TEST_CASE_FIXTURE(ctl_fixture, "kinds that all have the same words, none at all, and strange answers")
{
    std::string result = R"({"default":"x","kinds":[)" + usual + "]}";
    const scripted_daemon daemon(
        path,
        [&](scripted_daemon::client& to, const std::string& line, std::size_t) { to.answer(line, result); });
    io.out_is_terminal = true;
    CHECK(run({"kinds"}) == exit_code::ok);
    CHECK(out_has("words of all kinds\n"));
    for (const auto* strange : {R"({})", R"({"kinds":[]})", R"({"kinds":17})", R"({"kinds":[17]})"})
    {
        result = strange;
        out.str("");
        CHECK(run({"kinds"}) == exit_code::ok);
        CHECK(out.str().empty());
    }
    result = R"({"kinds":[{"name":17,"pending":"x","succeeded":[1]}]})";
    CHECK(run({"kinds"}) == exit_code::ok);
    CHECK(out_has("-"));
}
