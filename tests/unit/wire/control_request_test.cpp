#include "wire/control_message.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;

namespace
{

control_request request(std::string_view line)
{
    auto asked = parse_control_line(line);
    REQUIRE_MESSAGE(asked.has_value(), line << ": " << (asked ? std::string() : asked.error().why.message));
    return *asked;
}

// The command of a method with these params.
template <class Command>
Command command_of(std::string_view method, std::string_view params)
{
    const auto line = R"({"jsonrpc":"2.0","id":1,"method":")" + std::string(method) + R"(","params":)"
        + std::string(params) + "}";
    const auto asked = request(line);
    REQUIRE(std::holds_alternative<Command>(asked.asked));
    return std::get<Command>(asked.asked);
}

control_refusal refused_line(std::string_view line)
{
    auto asked = parse_control_line(line);
    REQUIRE_MESSAGE(asked.has_error(), line);
    CHECK_FALSE(asked.error().why.message.empty());
    return asked.error();
}

refusal refused(std::string_view method, std::string_view params)
{
    const auto found = refused_line(
        R"({"jsonrpc":"2.0","id":7,"method":")" + std::string(method) + R"(","params":)" + std::string(params)
        + "}");
    CHECK(found.id == "7");
    return found.why;
}

std::string fact(const refusal& why, std::string_view name)
{
    for (const auto& [key, value] : why.facts)
        if (key == name)
            return value.index() == 0 ? std::get<std::string>(value)
                                      : std::to_string(std::get<std::int64_t>(value));
    return "(absent)";
}

// Refused for this parameter; the message names it, too.
refusal wrong(std::string_view method, std::string_view params, std::string_view parameter)
{
    INFO(std::string(method) << ' ' << std::string(params));
    auto why = refused(method, params);
    CHECK(why.code == refusal_code::invalid_params);
    CHECK(fact(why, "parameter") == parameter);
    CHECK(fact(why, "allowed") != "(absent)");
    CHECK(why.message.find(parameter) != std::string::npos);
    return why;
}

std::string many(std::size_t count, std::string_view element)
{
    std::string text = "[";
    for (std::size_t i = 0; i < count; ++i)
        text.append(i == 0 ? "" : ",").append(element);
    return text + "]";
}

bool holds(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("the design's submit is understood in all its parts")
{
    const auto asked =
        request(R"({"jsonrpc":"2.0","id":1,"method":"submit","params":{"jobs":["778a"],"appliance":"prod",)"
                R"("kind":"google/update-all-versions","overdue_after":"2h","give_up_after":"never",)"
                R"("labels":{"change":"CHG-1"},"again":false}})");
    CHECK(asked.id == "1");
    CHECK_FALSE(asked.bare);
    const auto& submit = std::get<submit_command>(asked.asked);
    CHECK(submit.jobs == std::vector<std::string>{"778a"});
    CHECK(submit.appliance == "prod");
    CHECK(submit.kind == "google/update-all-versions");
    CHECK(submit.overdue_after == time_limit(milliseconds(7'200'000)));
    CHECK(submit.give_up_after.has_value());
    CHECK_FALSE(submit.give_up_after->has_value());
    CHECK(submit.labels == watch_labels{{"change", "CHG-1"}});
    CHECK_FALSE(submit.again);
}

TEST_CASE("a submit needs nothing but jobs, which come as they were written")
{
    const auto submit = command_of<submit_command>("submit", R"({"jobs":["A/B","","\u0000","A/B"]})");
    CHECK(submit.jobs == std::vector<std::string>{"A/B", "", std::string(1, '\0'), "A/B"});
    CHECK_FALSE(submit.appliance);
    CHECK_FALSE(submit.overdue_after);
    CHECK(submit.labels.empty());
    CHECK(command_of<submit_command>("submit", R"({"jobs":["a"],"again":true})").again);
}

TEST_CASE("jobs must be an array of strings, one at least")
{
    for (const auto* bad :
         {R"({"jobs":"778a"})", R"({"jobs":null})", R"({"jobs":{}})", R"({})", R"({"jobs":[]})"})
        wrong("submit", bad, "jobs");
    wrong("submit", R"({"jobs":["a",17]})", "jobs[1]");
    wrong("submit", R"({"jobs":[null]})", "jobs[0]");
}

TEST_CASE("as many jobs as the limit are taken, and one more is too many")
{
    const auto at_limit = "{\"jobs\":" + many(max_jobs_per_request, "\"a\"") + "}";
    CHECK(command_of<submit_command>("submit", at_limit).jobs.size() == max_jobs_per_request);
    const auto over = many(max_jobs_per_request + 1, "\"a\"");
    for (const auto* method : {"submit", "wait", "remove", "poll"})
    {
        const auto why = refused(method, "{\"jobs\":" + over + "}");
        CHECK(why.code == refusal_code::too_many);
        CHECK(fact(why, "limit") == "10000");
        CHECK(fact(why, "given") == "10001");
    }
    const auto both = "{\"jobs\":" + many(5'001, "\"a\"") + ",\"watches\":" + many(5'000, "1") + "}";
    CHECK(refused("remove", both).code == refusal_code::too_many);
}

TEST_CASE("durations are strings with a unit, or never")
{
    for (const auto* bad :
         {"7200", "\"7200\"", "\"2 hours\"", "\"\"", "\"-1s\"", "null", "true", "\"0s\"", "\"4000d\""})
    {
        const auto why =
            wrong("submit", "{\"jobs\":[\"a\"],\"overdue_after\":" + std::string(bad) + "}", "overdue_after");
        CHECK(holds(why.message, "never"));
    }
    wrong("submit", R"({"jobs":["a"],"give_up_after":5})", "give_up_after");
}

TEST_CASE("labels have limits of number and length")
{
    const auto labelled = [](const std::string& labels)
    { return "{\"jobs\":[\"a\"],\"labels\":" + labels + "}"; };
    const auto label = [](std::size_t name, std::size_t value)
    { return "{\"" + std::string(name, 'n') + "\":\"" + std::string(value, 'v') + "\"}"; };
    std::string sixteen;
    for (int i = 0; i < 16; ++i)
        sixteen += ",\"" + std::to_string(i) + "\":\"\"";
    CHECK(
        command_of<submit_command>("submit", labelled("{" + sixteen.substr(1) + "}")).labels.size()
        == max_labels);
    wrong("submit", labelled("{\"x\":\"\"" + sixteen + "}"), "labels");
    CHECK(
        command_of<submit_command>("submit", labelled(label(max_label_name, max_label_value))).labels.size()
        == 1);
    wrong("submit", labelled(label(max_label_name + 1, 1)), "labels." + std::string(max_label_name + 1, 'n'));
    wrong("submit", labelled(label(1, max_label_value + 1)), "labels.n");
    wrong("submit", labelled(label(0, 1)), "labels.");
    wrong("submit", labelled("{\"a\":1}"), "labels.a");
    wrong("submit", labelled("[]"), "labels");
}

TEST_CASE("a parameter that nobody knows is refused, and the known ones are named")
{
    const auto why = wrong("submit", R"({"jobs":["a"],"lables":{}})", "lables");
    CHECK(holds(fact(why, "allowed"), "labels"));
    wrong("status", R"({"verbose":true})", "verbose");
    wrong("list", R"({"limits":5})", "limits");
    wrong("get", R"({"job":"a","jobs":["b"]})", "jobs");
}

TEST_CASE("wrong types are refused with what was given and what is allowed")
{
    const auto why = wrong("submit", R"({"jobs":["a"],"appliance":17})", "appliance");
    CHECK(fact(why, "given") == "17");
    wrong("submit", R"({"jobs":["a"],"appliance":""})", "appliance");
    wrong("submit", "{\"jobs\":[\"a\"],\"kind\":\"" + std::string(257, 'x') + "\"}", "kind");
    wrong("submit", R"({"jobs":["a"],"again":"yes"})", "again");
    wrong("submit", R"({"jobs":["a"],"again":1})", "again");
}

TEST_CASE("a list may be narrowed down and paged")
{
    const auto plain = command_of<list_command>("list", "{}");
    CHECK(plain.state == watch_state::all);
    CHECK(plain.limit == default_list_limit);
    CHECK(plain.after == 0);
    const auto narrow = command_of<list_command>(
        "list",
        R"({"state":"ended","outcome":["failed","lost"],"appliance":"p","kind":"k","labels":{"a":"b"},"limit":1000,"after":18446744073709551615})");
    CHECK(narrow.state == watch_state::ended);
    CHECK(narrow.outcomes == std::vector<outcome>{outcome::failed, outcome::lost});
    CHECK(narrow.limit == max_list_limit);
    CHECK(narrow.after == 18446744073709551615ULL);
    CHECK(command_of<list_command>("list", R"({"state":"open"})").state == watch_state::open);
    CHECK(command_of<list_command>("list", R"({"limit":1})").limit == 1);
}

TEST_CASE("a list's words and numbers are checked")
{
    const auto why = wrong("list", R"({"limit":1001})", "limit");
    CHECK(fact(why, "allowed") == "1 to 1000");
    for (const auto* bad : {"0", "-1", "1.0", "1e2", "\"5\"", "null", "18446744073709551616"})
        wrong("list", "{\"limit\":" + std::string(bad) + "}", "limit");
    wrong("list", R"({"after":-1})", "after");
    wrong("list", R"({"state":"closed"})", "state");
    wrong("list", R"({"state":["open"]})", "state");
    CHECK(holds(wrong("list", R"({"outcome":["finished"]})", "outcome").message, "abandoned"));
    wrong("list", R"({"outcome":"failed"})", "outcome");
    wrong("list", R"({"outcome":[1]})", "outcome");
}

TEST_CASE("get takes a job or a watch, and exactly one")
{
    const auto by_job = command_of<get_command>("get", R"({"job":"778A1024-DC18-49CB-833B-CFD6C000C090"})");
    CHECK(std::get<job_id>(by_job.which).text() == "778a1024-dc18-49cb-833b-cfd6c000c090");
    CHECK(std::get<watch_number>(command_of<get_command>("get", R"({"watch":17})").which) == 17);
    wrong("get", "{}", "job");
    wrong("get", R"({"job":"a","watch":1})", "job");
    wrong("get", R"({"job":"a/b"})", "job");
    wrong("get", R"({"job":".."})", "job");
    wrong("get", R"({"job":17})", "job");
    wrong("get", R"({"watch":0})", "watch");
    wrong("get", R"({"watch":-1})", "watch");
    wrong("get", R"({"watch":"17"})", "watch");
}

TEST_CASE("explain names one watch, as get does")
{
    CHECK(std::get<watch_number>(command_of<explain_command>("explain", R"({"watch":17})").which) == 17);
    CHECK(std::get<job_id>(command_of<explain_command>("explain", R"({"job":"a"})").which).text() == "a");
    wrong("explain", "{}", "job");
    wrong("explain", R"({"job":"a","watch":1})", "job");
    wrong("explain", R"({"job":"a/b"})", "job");
    wrong("explain", R"({"watch":0})", "watch");
    wrong("explain", R"({"watch":1,"more":1})", "more");
}

TEST_CASE("a wait names jobs and watches, or labels")
{
    const auto all = command_of<wait_command>("wait", R"({"jobs":["a"],"watches":[17,18],"labels":{}})");
    CHECK(all.which.jobs.size() == 1);
    CHECK(all.which.watches == std::vector<watch_number>{17, 18});
    CHECK_FALSE(all.any);
    CHECK_FALSE(all.timeout);
    const auto any =
        command_of<wait_command>("wait", R"({"labels":{"a":"b"},"until":"any","timeout":"10m"})");
    CHECK(any.any);
    CHECK(any.timeout == milliseconds(600'000));
    CHECK(command_of<wait_command>("wait", R"({"jobs":["a"],"timeout":"0s"})").timeout == milliseconds(0));
    CHECK(command_of<wait_command>("wait", R"({"jobs":["a"],"timeout":"7d"})").timeout == max_wait_timeout);
    CHECK_FALSE(command_of<wait_command>("wait", R"({"jobs":["a"],"timeout":"never"})").timeout);
}

TEST_CASE("a wait for nothing, for both, or for too long is refused")
{
    wrong("wait", "{}", "jobs");
    wrong("wait", R"({"labels":{}})", "jobs");
    wrong("wait", R"({"jobs":["a"],"labels":{"a":"b"}})", "labels");
    CHECK(holds(wrong("wait", R"({"jobs":["a"],"timeout":"8d"})", "timeout").message, "7d"));
    wrong("wait", R"({"jobs":["a"],"timeout":60})", "timeout");
    wrong("wait", R"({"jobs":["a"],"until":"some"})", "until");
    wrong("wait", R"({"jobs":["a"],"until":true})", "until");
}

TEST_CASE("a subscription starts at the tail, at the beginning or at a cursor")
{
    CHECK(std::holds_alternative<from_tail>(command_of<subscribe_command>("subscribe", "{}").from));
    CHECK(std::holds_alternative<from_tail>(
        command_of<subscribe_command>("subscribe", R"({"from":"tail"})").from));
    CHECK(std::holds_alternative<from_begin>(
        command_of<subscribe_command>("subscribe", R"({"from":"begin"})").from));
    const auto there = command_of<subscribe_command>("subscribe", R"({"from":{"log":"5e1c","seq":1042}})");
    CHECK(std::get<cursor>(there.from).log == "5e1c");
    CHECK(std::get<cursor>(there.from).seq == 1042);
    CHECK(std::get<cursor>(command_of<subscribe_command>("subscribe", R"({"from":{"seq":0}})").from)
              .log.empty());
    for (const auto* bad :
         {"\"now\"", "17", "{}", "{\"log\":\"x\"}", "{\"seq\":-1}", "{\"seq\":\"1\"}",
          "{\"log\":1,\"seq\":1}", "{\"seq\":1,\"sequence\":2}", "null", "[]"})
        wrong("subscribe", "{\"from\":" + std::string(bad) + "}", "from");
}

TEST_CASE("a subscription is filtered by events, appliance and labels")
{
    const auto asked = command_of<subscribe_command>(
        "subscribe", R"({"events":["job.finished","watch.removed"],"appliance":"prod","labels":{"a":"b"}})");
    CHECK(asked.filter.types == std::vector<event_type>{event_type::job_finished, event_type::watch_removed});
    CHECK(asked.filter.appliance == "prod");
    CHECK(asked.filter.labels.size() == 1);
    CHECK(holds(wrong("subscribe", R"({"events":["job.done"]})", "events").message, "job.done"));
    wrong("subscribe", R"({"events":"job.finished"})", "events");
    wrong("subscribe", R"({"events":[1]})", "events");
}

TEST_CASE("remove and poll name jobs or watches")
{
    CHECK(command_of<remove_command>("remove", R"({"jobs":["a"]})").which.jobs.size() == 1);
    CHECK(command_of<poll_command>("poll", R"({"watches":[1]})").which.watches.size() == 1);
    wrong("remove", "{}", "jobs");
    wrong("poll", R"({"jobs":[],"watches":[]})", "jobs");
    CHECK(holds(wrong("poll", R"({"watches":[]})", "watches").message, "\"watches\" is an empty array"));
    CHECK(holds(wrong("poll", "{}", "jobs").message, "\"jobs\" is missing"));
    CHECK(holds(wrong("poll", R"({"jobs":[]})", "jobs").message, "\"jobs\" is an empty array"));
    wrong("poll", R"({"watches":[0]})", "watches[0]");
    wrong("poll", R"({"watches":[1,1.5]})", "watches[1]");
    wrong("poll", R"({"watches":17})", "watches");
}

TEST_CASE("status, version and kinds need no params")
{
    CHECK(std::holds_alternative<status_command>(
        request(R"({"jsonrpc":"2.0","id":1,"method":"status"})").asked));
    CHECK(std::holds_alternative<version_command>(
        request(R"({"jsonrpc":"2.0","id":1,"method":"version"})").asked));
    command_of<status_command>("status", "{}");
    command_of<kinds_command>("kinds", "{}");
    CHECK(refused("kinds", R"({"vendor":"aws"})").code == refusal_code::invalid_params);
}

TEST_CASE("backup takes one absolute path")
{
    CHECK(
        command_of<backup_command>("backup", R"({"file":"/var/backups/a b.db"})").file
        == "/var/backups/a b.db");
    CHECK(changes_state(backup_command{"/x"}));
    for (const char* params :
         {"{}", R"({"file":""})", R"({"file":"state.db"})", R"({"file":"./x"})", R"({"file":"/x/"})",
          R"({"file":"/x\u0000y"})", R"({"file":17})", R"({"file":["/x"]})"})
    {
        CAPTURE(params);
        CHECK(holds(wrong("backup", params, "file").message, "an absolute path"));
    }
    const auto longest = "/" + std::string(max_file_path - 1, 'x');
    command_of<backup_command>("backup", R"({"file":")" + longest + R"("})");
    wrong("backup", R"({"file":")" + longest + R"(x"})", "file");
}

TEST_CASE("the id comes back to the letter")
{
    for (const auto* id :
         {"17", "-1", "1.0e5", "123456789012345678901234567890", "\"a\"", R"("\u00e9\" ")", "\"\"", "null"})
        CHECK(request(R"({"jsonrpc":"2.0","id": )" + std::string(id) + R"( ,"method":"status"})").id == id);
    const auto longest = '"' + std::string(254, 'x') + '"';
    CHECK(request(R"({"jsonrpc":"2.0","id":)" + longest + R"(,"method":"status"})").id == longest);
}

TEST_CASE("other ids are refused")
{
    const auto with_id = [](const std::string& id)
    { return refused_line("{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"status\"}"); };
    for (const auto& bad :
         {std::string("true"), std::string("[1]"), std::string("{}"), '"' + std::string(255, 'x') + '"'})
    {
        const auto why = with_id(bad);
        CHECK(why.id == "null");
        CHECK(why.why.code == refusal_code::invalid_request);
    }
    CHECK(refused_line(R"({"jsonrpc":"2.0","\u0069d":1,"method":"status"})").id == "null");
}

TEST_CASE("a request without an id is a notification, and even its refusal needs no answer")
{
    CHECK(request(R"({"jsonrpc":"2.0","method":"poll","params":{"watches":[1]}})").id.empty());
    const auto why = refused_line(R"({"jsonrpc":"2.0","method":"list","params":{"limit":0}})");
    CHECK(why.id.empty());
    CHECK(refusal_line(why.id, why.why).empty());
}

TEST_CASE("an unknown method is refused and the known ones are named")
{
    const auto why = refused("explode", "{}");
    CHECK(why.code == refusal_code::method_not_found);
    CHECK(holds(
        why.message,
        "submit, list, get, explain, wait, subscribe, remove, poll, status, version, kinds, backup"));
    CHECK(refused("", "{}").code == refusal_code::method_not_found);
    CHECK(refused("Status", "{}").code == refusal_code::method_not_found);
}

TEST_CASE("what is no JSON-RPC 2.0 request is refused with its id where it told one")
{
    const auto invalid = [](std::string_view line, std::string_view id)
    {
        const auto why = refused_line(line);
        CHECK_MESSAGE(why.why.code == refusal_code::invalid_request, line);
        CHECK_MESSAGE(why.id == id, line);
        return why.why.message;
    };
    CHECK(holds(invalid("{}", "null"), "jsonrpc"));
    invalid(R"({"id":1,"method":"status"})", "1");
    invalid(R"({"jsonrpc":"1.0","id":1,"method":"status"})", "1");
    invalid(R"({"jsonrpc":2.0,"id":1,"method":"status"})", "1");
    CHECK(holds(invalid(R"({"jsonrpc":"2.0","id":1})", "1"), "method"));
    invalid(R"({"jsonrpc":"2.0","id":1,"method":17})", "1");
    CHECK(holds(invalid(R"({"jsonrpc":"2.0","id":1,"method":"status","parms":{}})", "1"), "parms"));
    invalid(R"({"jsonrpc":"2.0","id":1,"method":"status","method":"list"})", "1");
    CHECK(holds(invalid(R"([{"jsonrpc":"2.0","id":1,"method":"status"}])", "null"), "batch"));
    invalid("[", "null");
}

TEST_CASE("params are named, and each stands once")
{
    for (const auto* bad : {"[]", "[\"a\"]", "null", "17", "\"x\""})
        CHECK(refused("submit", bad).code == refusal_code::invalid_params);
    CHECK(refused("submit", R"({"jobs":["a"],"jobs":["b"]})").code == refusal_code::invalid_params);
}

TEST_CASE("what is no JSON is refused with the place")
{
    for (const auto* bad :
         {"{", "{]", "{\"jsonrpc\":\"2.0\"", "{} {}", "{}x", "{\"a\":\xff}", "{\"a\":\"\xff\"}", "{'a':1}",
          "{\"a\":1,}", "{\"a\":1}// x"})
    {
        const auto why = refused_line(bad);
        CHECK_MESSAGE(why.why.code == refusal_code::parse_error, bad);
        CHECK(why.id == "null");
        CHECK(fact(why.why, "byte") != "(absent)");
    }
    const auto deep = R"({"jsonrpc":"2.0","id":1,"method":"status","params":)" + std::string(500'000, '[');
    CHECK(refused_line(deep).why.code == refusal_code::parse_error);
}

TEST_CASE("a line of the limit is read, and a longer one is refused with the limit")
{
    const std::string head = R"({"jsonrpc":"2.0","id":1,"method":"status"})";
    const auto longest = head + std::string(max_control_line - 1 - head.size(), ' ');
    CHECK(request(longest).id == "1");
    const auto why = refused_line(longest + ' ').why;
    CHECK(why.code == refusal_code::too_many);
    CHECK(fact(why, "limit") == std::to_string(max_control_line));
    CHECK(refused_line(std::string(max_control_line, 'x')).why.code == refusal_code::too_many);
}

TEST_CASE("a line that is no JSON is a job id, submitted with the defaults")
{
    const auto asked = request("778a1024-dc18-49cb-833b-cfd6c000c090");
    CHECK(asked.bare);
    CHECK(asked.id == "null");
    const auto& submit = std::get<submit_command>(asked.asked);
    CHECK(submit.jobs == std::vector<std::string>{"778a1024-dc18-49cb-833b-cfd6c000c090"});
    CHECK_FALSE(submit.again);
    CHECK(std::get<submit_command>(request(" id \t\r").asked).jobs.front() == "id");
    CHECK(std::get<submit_command>(request("a b").asked).jobs.front() == "a b");
    CHECK(std::get<submit_command>(request("\xff\x01").asked).jobs.front() == "\xff\x01");
}

TEST_CASE("an empty line is refused")
{
    for (const auto* empty : {"", "\r", " \t \r"})
        CHECK(refused_line(empty).why.code == refusal_code::invalid_request);
}

TEST_CASE("messages stay short and harmless, whatever was sent")
{
    const auto evil = "\"\\u001b[31m" + std::string(100'000, 'x') + '"';
    for (const auto& params :
         {"{" + evil + ":1}", "{\"state\":" + evil + "}", "{\"outcome\":[" + evil + "]}",
          "{\"labels\":{" + evil + ":1}}", "{\"limit\":" + std::string(100'000, '9') + "}"})
    {
        const auto why = refused("list", params);
        CHECK(why.message.size() < 1'000);
        CHECK(why.message.find('\x1b') == std::string::npos);
        for (const auto& [name, value] : why.facts)
            CHECK((value.index() != 0 || std::get<std::string>(value).size() < 1'000));
    }
}
