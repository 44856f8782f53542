// The main job: somebody hands over an id, and reads its end in a file and on a socket.
#include "support/daemon_process.hpp"
#include "support/state_reader.hpp"

#include <doctest/doctest.h>

using namespace jobwatch::test;
using boost::json::object;

namespace
{

const std::string published_id = "778a1024-dc18-49cb-833b-cfd6c000c090";

// White space between the parts of a JSON text taken out. No parser: nothing else may change.
std::string without_white_space(const std::string& text)
{
    std::string kept;
    bool inside = false; // of a string
    for (std::size_t at = 0; at < text.size(); ++at)
    {
        const char c = text[at];
        if (inside && c == '\\')
        {
            kept += c;
            kept += text[++at];
            continue;
        }
        inside = inside != (c == '"');
        if (inside || (c != ' ' && c != '\n' && c != '\r' && c != '\t'))
            kept += c;
    }
    return kept;
}

std::int64_t wall_milliseconds()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

// The only event of this type, as the line that stands in the file.
std::string only_line(const daemon_process& daemon, const std::string& type)
{
    const auto text = daemon.events_text();
    const auto at = text.find("\"event\":\"" + type + "\"");
    REQUIRE(at != std::string::npos);
    CHECK(text.find("\"event\":\"" + type + "\"", at + 1) == std::string::npos);
    const auto begin = text.rfind('\n', at) + 1; // npos + 1 == 0
    return text.substr(begin, text.find('\n', at) - begin);
}

} // namespace

TEST_CASE("the vendor's own job document gives one ending, with the document unchanged")
{
    simulator_process simulator({"--jobs", PUBLISHED_JOB});
    daemon_process daemon(watching(simulator));
    daemon.start();
    const auto before = wall_milliseconds();
    unix_client client(daemon.control());
    client.result("submit", object{{"jobs", {published_id}}});
    const auto waited = client.result("wait", object{{"jobs", {published_id}}, {"timeout", "20s"}});
    const auto after = wall_milliseconds();
    REQUIRE(waited.at("ended").as_array().size() == 1);
    CHECK(waited.at("timed_out") == false);
    REQUIRE(daemon.comes_to_events("job.finished"));
    CHECK(daemon.stop().exit_code == 0);

    const auto line = only_line(daemon, "job.finished");
    const auto event = boost::json::parse(line).as_object();
    CHECK(event.at("outcome") == "succeeded");
    CHECK(event.at("overall_status") == "completed");
    CHECK(event.at("operation") == "disable");
    CHECK(event.at("key_id") == "ecc73bfb-7605-4263-abb8-84fe431d35fb");
    CHECK(event.at("versions_done") == 2);
    CHECK(event.at("version_count") == 2);
    CHECK(event.at("completed_at") == "2023-03-21T09:15:46.421Z");
    // The job ended years ago, so that the submit is the later of the two.
    CHECK(event.at("noticed_after_ms").as_int64() >= 50); // the first poll comes after this
    CHECK(event.at("noticed_after_ms").as_int64() <= after - before);
    const auto served = without_white_space(file_text(PUBLISHED_JOB));
    CHECK(line.ends_with(",\"document\":" + served + "}"));
}

TEST_CASE("a job that ends while it is watched is noticed soon after its own completed_at")
{
    simulator_process simulator({"--make-jobs", "1", "--fates", "short=1", "--short", "300ms"});
    daemon_process daemon(watching(simulator));
    daemon.start();
    unix_client client(daemon.control());
    const auto before = wall_milliseconds();
    client.result("submit", object{{"jobs", {simulator.ids().at(0)}}});
    client.result("wait", object{{"jobs", {simulator.ids().at(0)}}});
    const auto after = wall_milliseconds();
    REQUIRE(daemon.comes_to_events("job.finished"));
    const auto event = daemon.logged("job.finished").at(0);
    const auto noticed = event.at("noticed_after_ms").as_int64();
    CHECK(noticed >= 0);
    CHECK(noticed <= after - before - 299); // it lived 300 ms after its first reading, less some 0.2 ms
    CHECK(event.at("polls").as_int64() >= 2);
}

TEST_CASE("a bare id is answered, watched, and its end seen on the socket, in the file and in the log")
{
    simulator_process simulator({"--jobs", PUBLISHED_JOB});
    daemon_process daemon(watching(simulator));
    daemon.start();
    unix_client reader(daemon.events());
    reader.send("begin\n");

    unix_client client(daemon.control());
    const auto answer = client.ask(published_id);
    CHECK(answer == object{{"job", published_id}, {"watch", 1}, {"already", false}});
    client.half_close();
    CHECK(client.closed());

    std::string last;
    while (last.find("job.finished") == std::string::npos)
    {
        const auto line = reader.line();
        REQUIRE(line);
        last = *line;
    }
    CHECK(last.find(published_id) != std::string::npos);
    REQUIRE(daemon.comes_to_events("job.finished"));
    CHECK(only_line(daemon, "job.finished") == last);
    CHECK(
        daemon.comes_to_log("sim " + published_id + " succeeded: disable, 2 of 2 versions, noticed after "));
    CHECK(
        state_reader(daemon.state_file()).number("SELECT count(*) FROM watches WHERE outcome = 'succeeded'")
        == 1);
}

TEST_CASE("a line from a shell through nc is answered")
{
    simulator_process simulator({"--jobs", PUBLISHED_JOB});
    daemon_process daemon(watching(simulator));
    daemon.start();
    child_process shell(child_wish{
        {"/bin/sh", "-c", "printf '%s\\n' \"$ID\" | nc -N -U \"$SOCKET\""},
        daemon.file("nc.output"),
        {{"ID", published_id}, {"SOCKET", daemon.control()}}});
    const auto ended = shell.wait();
    REQUIRE(ended);
    CHECK(ended->exit_code == 0);
    CHECK(
        boost::json::parse(shell.output())
        == object{{"job", published_id}, {"watch", 1}, {"already", false}});
    CHECK(daemon.comes_to_events("job.finished"));
}
