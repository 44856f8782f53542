// Whatever a client sends: a clear error that names what was wrong and what is allowed, and the daemon goes on.
#include "support/daemon_process.hpp"

#include <doctest/doctest.h>

using namespace jobwatch::test;
using boost::json::array;
using boost::json::object;

namespace
{

struct running_daemon
{
    simulator_process simulator{{"--make-jobs", "50", "--fates", "endless=1"}};
    daemon_process daemon{watching(simulator)};

    running_daemon() { daemon.start(); }

    // After each trouble: another client is served, by the same process.
    void check_it_goes_on()
    {
        unix_client client(daemon.control());
        CHECK(client.result("status").at("watches").at("open").is_number());
        CHECK(daemon.process().running());
    }
};

// The error has this code, and its message these words.
void check_refused(const object& answer, int code, const std::vector<std::string>& words)
{
    CAPTURE(boost::json::serialize(answer).substr(0, 2'000));
    REQUIRE(answer.contains("error"));
    CHECK(answer.at("error").at("code") == code);
    const std::string message(answer.at("error").at("message").as_string());
    CHECK(message.size() < 1'500); // a person reads it
    for (const auto& word : words)
        CHECK_MESSAGE(message.find(word) != std::string::npos, word);
}

std::string request(const std::string& method, const std::string& params)
{
    return R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}";
}

std::string submit_of(std::size_t count)
{
    std::string jobs;
    for (std::size_t number = 0; number < count; ++number)
        jobs += (number == 0 ? "\"j" : ",\"j") + std::to_string(number) + '"';
    return request("submit", R"({"jobs":[)" + jobs + "]}");
}

} // namespace

TEST_CASE_FIXTURE(
    running_daemon, "a line that is no request gets an error with its place, on the same connection")
{
    unix_client client(daemon.control());
    check_refused(
        client.ask(R"({"jsonrpc":"2.0","id":1,)"), -32700, {"not JSON", "at byte", "one JSON object a line"});
    check_refused(client.ask(R"({"jsonrpc":"2.0","id":1} x)"), -32700, {"not JSON", "at byte 26"});
    check_refused(client.ask("[]"), -32600, {"batches", "one request a line"});
    check_refused(client.ask(R"({"id":1,"method":"list"})"), -32600, {"\"jsonrpc\" is missing", "\"2.0\""});
    check_refused(
        client.ask(R"({"jsonrpc":"2.0","id":{},"method":"list"})"), -32600,
        {"\"id\"", "a string, a number or null"});
    check_refused(
        client.ask(request("sumbit", "{}")), -32601,
        {"unknown method \"sumbit\"", "submit, list, get, explain, wait"});
    check_refused(client.ask("{" + std::string(100'000, '{')), -32700, {"not JSON", "at byte"});
    check_refused(client.ask(std::string(1'000'000, '{')), -32700, {"not JSON"});
    check_it_goes_on();
}

TEST_CASE_FIXTURE(
    running_daemon, "parameters of the wrong type or out of range are named with what is allowed")
{
    unix_client client(daemon.control());
    check_refused(client.ask(request("submit", "[]")), -32602, {"\"params\" is an empty array", "an object"});
    check_refused(client.ask(request("submit", "{}")), -32602, {"\"jobs\" is missing", "1 to 10000 job ids"});
    check_refused(client.ask(request("submit", R"({"jobs":"a"})")), -32602, {"\"jobs\" is \"a\"", "array"});
    check_refused(
        client.ask(request("submit", R"({"jobs":["a",7]})")), -32602, {"\"jobs[1]\" is 7", "string"});
    check_refused(
        client.ask(request("submit", R"({"jobs":["a"],"overdue_after":"2"})")), -32602,
        {"\"overdue_after\" is \"2\"", "never"});
    check_refused(
        client.ask(request("submit", R"({"jobs":["a"],"agian":true})")), -32602,
        {"unknown parameter \"agian\"", "again"});
    check_refused(client.ask(request("list", R"({"limit":0})")), -32602, {"\"limit\" is 0", "1 to "});
    check_refused(
        client.ask(request("list", R"({"state":"opne"})")), -32602,
        {"\"opne\"", R"("open", "ended" or "all")"});
    check_refused(client.ask(request("get", R"({"watch":99})")), -32004, {"no watch", "99"});
    check_refused(client.ask(request("wait", "{}")), -32602, {"\"jobs\"", "\"watches\" or \"labels\""});
    CHECK(client.result("list").at("watches").as_array().empty());
    check_it_goes_on();
}

TEST_CASE_FIXTURE(
    running_daemon, "an id with slashes or of absurd length is refused by itself, and the good ones stand")
{
    unix_client client(daemon.control());
    const std::string longest(128, 'a');
    const auto answer = client.result(
        "submit",
        object{{"jobs", array{"../../etc/passwd", std::string(10'000, 'x'), "", longest, longest + "b"}}});
    const auto& jobs = answer.at("jobs").as_array();
    REQUIRE(jobs.size() == 5);
    for (const unsigned bad : {0U, 1U, 2U, 4U})
        check_refused(
            jobs.at(bad).as_object(), -32602, {"is no job id", "1 to 128 of A-Z a-z 0-9 . _ ~ : -"});
    CHECK(jobs.at(3).at("watch") == 1);

    // The same as bare lines, and bytes that are no text at all.
    check_refused(client.ask("../../etc/passwd"), -32602, {"\"../../etc/passwd\" is no job id"});
    check_refused(client.ask(std::string(10'000, 'x')), -32602, {"is no job id", "1 to 128"});
    check_refused(client.ask(std::string("\0\1\2\xff\xfe\x80 \x1b[31m\x7f", 14)), -32602, {"is no job id"});
    CHECK(daemon.log_text().find('\x1b') == std::string::npos);
    check_it_goes_on();
}

TEST_CASE_FIXTURE(
    running_daemon, "an appliance or a kind that is not configured is named beside those that are")
{
    unix_client client(daemon.control());
    check_refused(
        client.ask(request("submit", R"({"jobs":["a"],"appliance":"prdo"})")), -32002,
        {"unknown appliance \"prdo\"", "sim"});
    check_refused(
        client.ask(request("submit", R"({"jobs":["a"],"kind":"google/updaet"})")), -32003,
        {"unknown kind \"google/updaet\"", "google/update-all-versions"});
    check_it_goes_on();
}

TEST_CASE_FIXTURE(running_daemon, "ten thousand jobs are taken in one request, ten thousand and one are not")
{
    unix_client client(daemon.control());
    check_refused(client.ask(submit_of(10'001)), -32006, {"10001", "at most 10000"});
    CHECK(client.result("status").at("watches").at("open") == 0);
    CHECK(client.ask(submit_of(10'000)).at("result").at("jobs").as_array().size() == 10'000);
    CHECK(client.result("status").at("watches").at("open") == 10'000);
    check_it_goes_on();
}

TEST_CASE_FIXTURE(running_daemon, "an over-long line is skipped with an error, and the next line is answered")
{
    unix_client client(daemon.control());
    const std::size_t limit = 1'048'576;
    REQUIRE(client.send(std::string(limit, 'x') + '\n'));
    check_refused(boost::json::parse(*client.line()).as_object(), -32006, {"too long", "1048576 bytes"});
    auto fits = request("version", "{}");
    fits.insert(fits.size() - 1, limit - 1 - fits.size(), ' '); // to the byte, with its newline
    CHECK(client.ask(fits).contains("result"));
    check_it_goes_on();
}

TEST_CASE_FIXTURE(
    running_daemon, "a line without end is not kept: it costs no memory, and nothing is carried out")
{
    const auto memory = [this]
    { return unix_client(daemon.control()).result("status").at("memory_bytes").to_number<double>(); };
    const double before = memory();
    unix_client client(daemon.control());
    for (int part = 0; part < 64; ++part)
        REQUIRE(client.send(std::string(1 << 20, 'y')));
    CHECK(memory() < before + 3e7);
    client.half_close();
    check_refused(boost::json::parse(*client.line()).as_object(), -32006, {"too long"});
    CHECK(client.closed());

    unix_client short_one(daemon.control());
    short_one.send("778a1024-dc18-49cb-833b-cfd6c000c090");
    short_one.half_close();
    check_refused(boost::json::parse(*short_one.line()).as_object(), -32600, {"no newline at its end"});
    CHECK(short_one.closed());
    CHECK(unix_client(daemon.control()).result("list").at("watches").as_array().empty());
    check_it_goes_on();
}

TEST_CASE_FIXTURE(
    running_daemon, "clients that ask and never read are not read from, and cost bounded memory")
{
    unix_client honest(daemon.control());
    honest.ask(submit_of(2'000));
    const double before = honest.result("status").at("memory_bytes").to_number<double>();
    std::string flood;
    while (flood.size() < 16'000'000)
        flood += request("list", R"({"limit":1000})") + '\n';
    std::string submits;
    while (submits.size() < 16'000'000)
        submits += submit_of(1'000) + '\n';
    unix_client lister(daemon.control());
    unix_client submitter(daemon.control());
    unix_client reader(daemon.events());
    reader.send("begin\n");
    CHECK(lister.send_what_fits(flood, std::chrono::milliseconds{1'000}) < flood.size());
    CHECK(submitter.send_what_fits(submits, std::chrono::milliseconds{1'000}) < submits.size());
    const auto status = honest.result("status");
    CHECK(status.at("clients") == 4);
    CHECK(status.at("memory_bytes").to_number<double>() < before + 4e8); // the answers would fill 100 GB
    check_it_goes_on();
}

TEST_CASE_FIXTURE(
    running_daemon, "clients that leave in mid-line, in mid-answer and while they wait are forgotten")
{
    const auto ids = simulator.ids();
    {
        unix_client mid_line(daemon.control());
        mid_line.send(R"({"jsonrpc":"2.0","id":1,"method":"sub)");
        unix_client mid_answer(daemon.control());
        mid_answer.ask(submit_of(2'000));
        for (int round = 0; round < 20; ++round)
            mid_answer.send(request("list", R"({"limit":1000})") + '\n');
        unix_client waiter(daemon.control());
        waiter.send(request("wait", R"({"watches":[1]})") + '\n');
        unix_client subscriber(daemon.control());
        subscriber.ask(request("subscribe", R"({"from":"begin"})"));
        unix_client reader(daemon.events());
        reader.send("begin\n");
    }
    unix_client honest(daemon.control());
    CHECK(eventually([&] { return honest.result("status").at("clients") == 1; }));
    CHECK(honest.result("status").at("subscribers") == 0);
    check_it_goes_on();
    CHECK(daemon.stop().exit_code == 0);
}

TEST_CASE_FIXTURE(running_daemon, "a wrong first line on the event socket is answered with what is allowed")
{
    unix_client reader(daemon.events());
    const auto answer = reader.ask("before 5");
    check_refused(answer, -32600, {"\"before 5\"", "after", "begin", "tail"});
    CHECK(reader.closed());
    unix_client gap(daemon.events());
    gap.send("after 4f9d3c4a-0000-4000-8000-000000000000 7\n");
    CHECK(gap.line()->find("gap") != std::string::npos);
    check_it_goes_on();
}
