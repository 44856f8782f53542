#include "wire/random_json.hpp"
#include "wire/settings_file.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace jobwatch;

namespace
{

std::set<std::string> files;
std::vector<std::string> looked_for;
std::vector<file_question> asked; // of what stands somewhere

std::optional<std::string> look(const file_question& question)
{
    looked_for.push_back(question.path);
    const bool bad = question.path.starts_with("/bad/");
    if (!bad && !files.contains(question.path))
        return std::nullopt;
    asked.push_back(question);
    return bad ? question.path + ": is bad; allowed is a good one" : "";
}

const settings_folders folders{"/run/credentials/jobwatchd", "/etc/jobwatchd"};

constexpr std::string_view prod = R"([appliance.prod]
urls = ["https://cm1.example.com"]
username = "jobwatch"
password_file = "prod.password"
)";

auto parse(const std::string& text)
{
    files = {"/etc/jobwatchd/credentials/prod.password", "/etc/jobwatchd/prod-ca.pem"};
    looked_for.clear();
    asked.clear();
    return parse_settings(text, folders, look);
}

// The settings of [appliance.prod] with what follows.
settings good(std::string_view more = "")
{
    const auto text = std::string(prod) + std::string(more);
    auto found = parse(text);
    std::string why;
    if (found.has_error())
        for (const auto& mistake : found.error())
            why += describe(mistake, "f") + '\n';
    REQUIRE_MESSAGE(found.has_value(), why);
    return *found;
}

std::vector<settings_mistake> mistakes(const std::string& text)
{
    const auto found = parse(text);
    REQUIRE_MESSAGE(found.has_error(), text);
    REQUIRE_FALSE(found.error().empty());
    return found.error();
}

// The one mistake that these lines add to [appliance.prod], as people read it.
std::string mistake(std::string_view more)
{
    const auto found = mistakes(std::string(prod) + std::string(more));
    std::string all;
    for (const auto& each : found)
        all += describe(each, "f") + '\n';
    CHECK_MESSAGE(found.size() == 1, all);
    return describe(found.front(), "f");
}

bool holds(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("an appliance is all that must be written; the rest has its default")
{
    const auto found = good();
    const settings defaults;
    REQUIRE(found.appliances.size() == 1);
    const auto& appliance = found.appliances.at("prod");
    CHECK(appliance.name == "prod");
    CHECK(appliance.nodes == std::vector<node_address>{{"cm1.example.com", 443, ""}});
    CHECK(appliance.username == "jobwatch");
    CHECK(appliance.password_file == "/etc/jobwatchd/credentials/prod.password");
    CHECK(appliance.verify == certificate_check::full);
    CHECK(appliance.requests_per_second == 50);
    CHECK(found.poll.schedule.max_interval == defaults.poll.schedule.max_interval);
    CHECK(found.events.rotate_size == 64ULL << 20);
    CHECK(found.kinds.size() == built_in_kinds().size());
    CHECK(found.kinds.contains(std::string(default_kind)));
    CHECK(found.submit.kind == default_kind);
}

TEST_CASE("every key of the design is read")
{
    const auto found = good(R"(
domain = "d"
auth_domain = "a"
auth_domain_path = "/p"
connection = "c"
ca_file = "prod-ca.pem"
server_name = "cm.example.com"
proxy = "http://proxy:3128/"
verify = "none"
requests_per_second = 0.5
burst = 2
connections = 3
connect_timeout = "4s"
request_timeout = "5s"
retry_after_limit = "6m"
login_retry_after = "7m"

[submit]
appliance = "prod"
kind = "aws/bulk"

[poll]
first_after = "10ms"
backoff = 1
min_interval = "3s"
max_interval = "4s"
overdue_after = "never"
give_up_after = "2d"
lost_after_unseen = "1m"
lost_after_seen = "2m"

[events]
retain = "1d"
rotate_size = "2GiB"
rotate_keep = 3

[control]
clients = 5
heartbeat = "1s"
stalled_reader_after = "2s"

[log]
level = "debug"

[paths]
state = "/s/"
logs = "/l"
runtime = "/r"
)");
    const auto& appliance = found.appliances.at("prod");
    CHECK(appliance.domain == "d");
    CHECK(appliance.auth_domain == "a");
    CHECK(appliance.auth_domain_path == "/p");
    CHECK(appliance.connection == "c");
    CHECK(appliance.ca_file == "/etc/jobwatchd/prod-ca.pem");
    CHECK(appliance.server_name == "cm.example.com");
    CHECK(appliance.proxy == proxy_address{"proxy", 3128});
    CHECK(appliance.verify == certificate_check::none);
    CHECK(appliance.requests_per_second == 0.5);
    CHECK(appliance.burst == 2);
    CHECK(appliance.connections == 3);
    CHECK(appliance.connect_timeout == milliseconds(4'000));
    CHECK(appliance.request_timeout == milliseconds(5'000));
    CHECK(appliance.retry_after_limit == milliseconds(360'000));
    CHECK(appliance.login_retry_after == milliseconds(420'000));
    CHECK(found.submit.appliance == "prod");
    CHECK(found.submit.kind == "aws/bulk");
    CHECK(found.poll.schedule.first_after == milliseconds(10));
    CHECK(found.poll.schedule.backoff == 1);
    CHECK(found.poll.schedule.min_interval == milliseconds(3'000));
    CHECK(found.poll.schedule.max_interval == milliseconds(4'000));
    CHECK_FALSE(found.poll.overdue_after);
    CHECK(found.poll.give_up_after == milliseconds(2 * 86'400'000));
    CHECK(found.poll.lost_after_unseen == milliseconds(60'000));
    CHECK(found.poll.lost_after_seen == milliseconds(120'000));
    CHECK(found.events.retain == milliseconds(86'400'000));
    CHECK(found.events.rotate_size == 2ULL << 30);
    CHECK(found.events.rotate_keep == 3);
    CHECK(found.control.clients == 5);
    CHECK(found.control.heartbeat == milliseconds(1'000));
    CHECK(found.control.stalled_reader_after == milliseconds(2'000));
    CHECK(found.level == log_level::debug);
    CHECK(found.paths.state == "/s");
    CHECK(found.paths.logs == "/l");
    CHECK(found.paths.runtime == "/r");
}

TEST_CASE("a mistake is told with its file, line, key, value and what is allowed")
{
    CHECK(
        mistake("verify = \"yes\"\n")
        == "f:5: appliance.prod.verify = \"yes\": allowed are \"full\" and \"none\"");
}

TEST_CASE("all mistakes are told at once, in the order of the file")
{
    const auto found = mistakes(R"([appliance.prod]
urls = ["http://cm1"]
username = 17
verify = "yes"
bursts = 2

[poll]
backoff = 2
first_after = 90

[logs]
)");
    std::vector<std::pair<std::size_t, std::string>> places;
    for (const auto& each : found)
        places.emplace_back(each.line, each.key);
    CHECK(
        places
        == std::vector<std::pair<std::size_t, std::string>>{
            {1, "appliance.prod.password_file"},
            {2, "appliance.prod.urls"},
            {3, "appliance.prod.username"},
            {4, "appliance.prod.verify"},
            {5, "appliance.prod.bursts"},
            {8, "poll.backoff"},
            {9, "poll.first_after"},
            {11, "logs"}});
}

TEST_CASE("an unknown key is a mistake that names the one that was probably meant")
{
    CHECK(mistake("burts = 2\n") == "f:5: appliance.prod.burts is not known; did you mean \"burst\"?");
    CHECK(holds(mistake("[pol]\n"), "did you mean \"poll\"?"));
    CHECK_FALSE(holds(mistake("zebra = 2\n"), "did you mean"));
    CHECK(holds(mistake("[poll]\n\"a\\nb\" = 1\n"), "poll.a\\x0ab is not known"));
    CHECK(holds(mistake("[submit]\nx = 1\n"), "submit.x is not known; known here are appliance, kind"));
}

TEST_CASE("a password in the file is refused and not repeated")
{
    const auto text = mistake("password = \"hunter2\"\n");
    CHECK_FALSE(holds(text, "hunter2"));
    CHECK(holds(text, "password_file"));
    const auto url = mistakes(
        "[appliance.a]\nurls = [\"https://me:hunter2@cm1\"]\nusername = \"u\"\npassword_file = \"/x\"\n");
    for (const auto& each : url)
        CHECK_FALSE(holds(describe(each, "f"), "hunter2"));
}

TEST_CASE("a file without an appliance is a mistake")
{
    for (const auto* none : {"", "[poll]\n", "[appliance]\n"})
    {
        const auto found = mistakes(none);
        CHECK(found.front().key == "appliance");
        CHECK(holds(describe(found.front(), "f"), "f: appliance is missing: write [appliance.NAME]"));
    }
    mistakes("appliance = 3\n");
    mistakes("[[appliance]]\n");
    mistakes("[appliance]\nprod = 3\n");
}

TEST_CASE("an appliance has a name that fits everywhere")
{
    const auto named = [](const std::string& name)
    {
        return "[appliance.\"" + name
            + "\"]\nurls = [\"https://a\"]\nusername = \"u\"\npassword_file = \"prod.password\"\n";
    };
    CHECK(parse(named(std::string(64, 'a'))).has_value());
    CHECK(parse(named("A-z_09")).has_value());
    for (const auto& bad :
         {std::string(65, 'a'), std::string(), std::string("a b"), std::string("a.b"),
          std::string("\xc3\xa4")})
        CHECK(holds(describe(mistakes(named(bad)).front(), "f"), "1 to 64 of A-Z"));
}

TEST_CASE("a half credential is told with the half that is missing")
{
    const std::string head = "[appliance.a]\nurls = [\"https://a\"]\n";
    const auto no_file = mistakes(head + "username = \"u\"\n");
    REQUIRE(no_file.size() == 1);
    CHECK(no_file.front().key == "appliance.a.password_file");
    CHECK(no_file.front().line == 1);
    const std::pair<std::string_view, std::string_view> halves[]{
        {"password_file = \"prod.password\"\n", "appliance.a.username"},
        {"client_certificate_file = \"prod-ca.pem\"\n", "appliance.a.client_key_file"},
        {"client_key_file = \"prod-ca.pem\"\n", "appliance.a.client_certificate_file"}};
    for (const auto& half : halves)
    {
        const std::string given(half.first);
        CAPTURE(given);
        const auto found = mistakes(head + given);
        REQUIRE(found.size() == 1);
        CHECK(describe(found.front(), "f").starts_with("f:1: " + std::string(half.second) + " is missing: "));
    }
}

TEST_CASE("each of the four credentials is read")
{
    const auto read = [](std::string_view lines)
    {
        files = {"/etc/jobwatchd/one", "/etc/jobwatchd/credentials/two"};
        const auto found =
            parse_settings("[appliance.a]\nurls = [\"https://a\"]\n" + std::string(lines), folders, look);
        REQUIRE_MESSAGE(found.has_value(), lines);
        return found->appliances.at("a");
    };
    const auto password = read("username = \"u\"\npassword_file = \"one\"\n");
    CHECK(password.credential == credential_form::password);
    CHECK(password.username == "u");
    CHECK(password.password_file == "/etc/jobwatchd/one");
    const auto token = read("token_file = \"one\"\n");
    CHECK(token.credential == credential_form::token_file);
    CHECK(token.token_file == "/etc/jobwatchd/one");
    const auto refresh = read("refresh_token_file = \"two\"\ndomain = \"d\"\n");
    CHECK(refresh.credential == credential_form::refresh_token_file);
    CHECK(refresh.refresh_token_file == "/etc/jobwatchd/credentials/two");
    CHECK(refresh.domain == "d");
    const auto certificate =
        read("client_certificate_file = \"one\"\nclient_key_file = \"two\"\nclient_id = \"c\"\n");
    CHECK(certificate.credential == credential_form::client_certificate);
    CHECK(certificate.client_certificate_file == "/etc/jobwatchd/one");
    CHECK(certificate.client_key_file == "/etc/jobwatchd/credentials/two");
    CHECK(certificate.client_id == "c");
}

TEST_CASE("none, or more than one credential is one mistake that names what was found and the four forms")
{
    constexpr std::string_view four =
        "give exactly one of username with password_file, token_file, refresh_token_file, or "
        "client_certificate_file with client_key_file";
    const std::string head = "[appliance.a]\nurls = [\"https://a\"]\n";
    const auto none = mistakes(head);
    REQUIRE(none.size() == 1);
    CHECK(describe(none.front(), "f") == "f:1: appliance.a has no credential: " + std::string(four));
    CHECK(
        mistake("client_key_file = \"prod-ca.pem\"\ntoken_file = \"prod-ca.pem\"\n")
        == "f:1: appliance.prod has more than one credential, found are username, password_file, token_file "
           "and client_key_file: "
            + std::string(four));
}

TEST_CASE("what a credential would not use is a mistake, not silence")
{
    CHECK(holds(mistake("client_id = \"c\"\n"), "client_id belongs to client_certificate_file"));
    for (const auto* key : {"domain", "auth_domain", "auth_domain_path", "connection"})
    {
        const auto found = mistakes(
            "[appliance.a]\nurls = [\"https://a\"]\ntoken_file = \"prod.password\"\n" + std::string(key)
            + " = \"d\"\n");
        REQUIRE(found.size() == 1);
        CHECK(holds(describe(found.front(), "f"), std::string(key) + " is of no use with token_file"));
    }
}

TEST_CASE("urls is an array of URLs that are understood")
{
    const auto with = [](const std::string& urls)
    {
        return describe(
            mistakes("[appliance.a]\n" + urls + "username = \"u\"\npassword_file = \"prod.password\"\n")
                .front(),
            "f");
    };
    CHECK(holds(with(""), "f:1: appliance.a.urls is missing"));
    CHECK(holds(with("urls = []\n"), "an array"));
    CHECK(holds(with("urls = \"https://a\"\n"), "write urls = ["));
    CHECK(holds(with("urls = [17]\n"), "= 17"));
    CHECK(holds(
        with("urls = [\n\"http://a\"]\n"), "f:3: appliance.a.urls = \"http://a\": http is not encrypted"));
    CHECK(holds(
        with("urls = [\"https://a\",\n\"https://A:443/\"]\n"),
        "f:3: appliance.a.urls = \"https://A:443/\": this node is named twice"));
}

TEST_CASE("an appliance has up to 16 nodes, in the order of the file")
{
    const auto nodes = [](int count)
    {
        std::string urls = "[appliance.a]\nurls = [";
        for (int i = 1; i <= count; ++i)
            urls += "\"https://cm" + std::to_string(i) + "\", ";
        return urls + "]\ntoken_file = \"prod.password\"\n";
    };
    const auto most = parse(nodes(16));
    REQUIRE(most.has_value());
    CHECK(most->appliances.at("a").nodes.size() == 16);
    CHECK(most->appliances.at("a").nodes.front().host == "cm1");
    CHECK(most->appliances.at("a").nodes.back().host == "cm16");
    const auto more = mistakes(nodes(17));
    REQUIRE(more.size() == 1);
    CHECK(describe(more.front(), "f") == "f:2: appliance.a.urls names 17 nodes: at most 16 are allowed");
}

TEST_CASE("a proxy is a host and a port; what it would need beyond that is refused in words")
{
    const auto found = good("proxy = \"http://proxy.example.com:3128\"\n");
    CHECK(found.appliances.at("prod").proxy == proxy_address{"proxy.example.com", 3128});
    CHECK_FALSE(good().appliances.at("prod").proxy);
    CHECK(holds(
        mistake("proxy = \"https://p:3128\"\n"),
        "f:5: appliance.prod.proxy = \"https://p:3128\": proxies that are spoken to with https are not "
        "supported"));
    const auto secret = mistake("proxy = \"http://me:hunter2@p:3128\"\n");
    CHECK_FALSE(holds(secret, "hunter2"));
    CHECK(holds(secret, "does not belong into this file"));
    mistake("proxy = 3128\n");
    mistake("proxy = \"\"\n");
}

TEST_CASE("files are looked for in the credentials, then beside the configuration")
{
    const auto& found = good();
    CHECK(
        looked_for
        == std::vector<std::string>{
            "/run/credentials/jobwatchd/prod.password", "/etc/jobwatchd/credentials/prod.password"});
    CHECK(found.appliances.at("prod").password_file == "/etc/jobwatchd/credentials/prod.password");
    files = {"/run/credentials/jobwatchd/prod.password", "/etc/jobwatchd/credentials/prod.password"};
    auto first = parse_settings(prod, folders, look);
    CHECK(first->appliances.at("prod").password_file == "/run/credentials/jobwatchd/prod.password");
    files = {"/etc/jobwatchd/prod.password"};
    looked_for.clear();
    auto beside = parse_settings(prod, {"", "/etc/jobwatchd"}, look);
    CHECK(beside->appliances.at("prod").password_file == "/etc/jobwatchd/prod.password");
    CHECK(looked_for.size() == 2);
}

TEST_CASE("a file that is not there is a mistake that lists the places")
{
    const auto text = mistake("ca_file = \"none.pem\"\n");
    CHECK(holds(text, "f:5: appliance.prod.ca_file = \"none.pem\""));
    CHECK(holds(
        text,
        "/run/credentials/jobwatchd/none.pem, /etc/jobwatchd/credentials/none.pem, /etc/jobwatchd/none.pem"));
    CHECK(holds(mistake("ca_file = \"/abs/none.pem\"\n"), "looked for /abs/none.pem"));
    const auto password =
        mistakes("[appliance.a]\nurls = [\"https://a\"]\nusername = \"u\"\npassword_file = \"x\"\n");
    REQUIRE(password.size() == 1);
    CHECK(password.front().key == "appliance.a.password_file");
}

TEST_CASE("a file is looked at with what it is for in mind")
{
    const auto use_of = [](std::string_view lines)
    {
        parse("[appliance.a]\nurls = [\"https://a\"]\n" + std::string(lines));
        REQUIRE(asked.size() == 1);
        return asked.front().use;
    };
    CHECK(use_of("password_file = \"prod.password\"\n") == file_use::password);
    CHECK(use_of("token_file = \"prod.password\"\n") == file_use::token);
    CHECK(use_of("refresh_token_file = \"prod.password\"\n") == file_use::refresh_token);
    CHECK(use_of("client_certificate_file = \"prod-ca.pem\"\n") == file_use::client_certificate);
    CHECK(use_of("client_key_file = \"prod-ca.pem\"\n") == file_use::client_key);
    CHECK(use_of("ca_file = \"prod-ca.pem\"\n") == file_use::authorities);
    CHECK(use_of("ca_file = \"prod-ca.pem\"\nverify = \"full\"\n") == file_use::authorities);
    CHECK(use_of("ca_file = \"prod-ca.pem\"\nverify = \"none\"\n") == file_use::unread_authorities);
}

TEST_CASE("a key is held against the certificate beside it, if there is one")
{
    const auto certificate_for_key = [](std::string_view lines)
    {
        parse("[appliance.a]\nurls = [\"https://a\"]\n" + std::string(lines));
        REQUIRE_FALSE(asked.empty());
        REQUIRE(asked.back().use == file_use::client_key);
        return asked.back().certificate;
    };
    const std::string key = "client_key_file = \"prod.password\"\n";
    CHECK(
        certificate_for_key(key + "client_certificate_file = \"prod-ca.pem\"\n")
        == "/etc/jobwatchd/prod-ca.pem");
    CHECK(certificate_for_key(key + "client_certificate_file = \"nowhere.pem\"\n").empty());
    CHECK(certificate_for_key(key).empty());
}

TEST_CASE("files that do not serve are told with all other mistakes, each with its line, key and value")
{
    std::string told;
    for (const auto& each : mistakes(R"([appliance.prod]
urls = ["http://cm1"]
client_certificate_file = "/bad/certificate"
client_key_file = "/bad/key"
ca_file = "/bad/ca"
bursts = 2
[appliance.other]
urls = ["https://cm2"]
token_file = "/bad/token"
)"))
        told += describe(each, "f") + '\n';
    CHECK(holds(told, "f:2: appliance.prod.urls"));
    CHECK(holds(
        told,
        "f:3: appliance.prod.client_certificate_file = \"/bad/certificate\": /bad/certificate: is bad; "
        "allowed is a good one\n"));
    CHECK(holds(told, "f:4: appliance.prod.client_key_file = \"/bad/key\": /bad/key: is bad; allowed"));
    CHECK(holds(told, "f:5: appliance.prod.ca_file = \"/bad/ca\": /bad/ca: is bad; allowed"));
    CHECK(holds(told, "f:6: appliance.prod.bursts"));
    CHECK(holds(told, "f:9: appliance.other.token_file = \"/bad/token\": /bad/token: is bad; allowed"));
    CHECK(std::count(told.begin(), told.end(), '\n') == 6);
}

TEST_CASE("durations need a unit and stay within their range")
{
    for (const auto* bad :
         {"90", "\"90\"", "\"1.5s\"", "\"-1s\"", "\"\"", "\"never\"", "true", "[]", "12:00:00"})
        CHECK_MESSAGE(
            holds(mistake("connect_timeout = " + std::string(bad) + "\n"), "a whole number and a unit"), bad);
    CHECK(holds(
        mistake("connect_timeout = 90\n"),
        "appliance.prod.connect_timeout = 90: allowed are durations from"));
    mistake("connect_timeout = \"99ms\"\n");
    mistake("connect_timeout = \"11m\"\n");
    good("connect_timeout = \"100ms\"\n");
    good("connect_timeout = \"10m\"\n");
    CHECK(holds(mistake("[poll]\noverdue_after = 90\n"), "never"));
    mistake("[poll]\noverdue_after = \"0s\"\n");
    mistake("[events]\nretain = \"59s\"\n");
}

TEST_CASE("numbers stay within their range")
{
    for (const auto* bad :
         {"requests_per_second = 0.09", "requests_per_second = 10001", "requests_per_second = nan",
          "requests_per_second = inf", "requests_per_second = \"50\"", "burst = 0", "burst = 1001",
          "burst = 1.0", "burst = -1", "burst = 4294967297", "connections = 0", "connections = 65",
          "connections = \"8\""})
        CHECK_MESSAGE(holds(mistake(std::string(bad) + "\n"), "allowed are"), bad);
    for (const auto* fits :
         {"requests_per_second = 0.1", "requests_per_second = 10000", "burst = 1000", "connections = 64"})
        good(std::string(fits) + "\n");
    mistake("[poll]\nbackoff = 0.009\n");
    mistake("[poll]\nbackoff = 1.01\n");
    mistake("[control]\nclients = 0\n");
    mistake("[events]\nrotate_keep = 0\n");
}

TEST_CASE("the interval has a least and a most, in this order")
{
    good("[poll]\nmin_interval = \"5s\"\nmax_interval = \"5s\"\n");
    CHECK(holds(mistake("[poll]\nmin_interval = \"6s\"\nmax_interval = \"5s\"\n"), "f:7: poll.max_interval"));
    CHECK(holds(mistake("[poll]\nmin_interval = \"2m\"\n"), "f:6: poll.min_interval"));
    CHECK(holds(mistake("[poll]\nmax_interval = \"1s\"\n"), "f:6: poll.max_interval"));
}

TEST_CASE("sizes are written in KiB, MiB or GiB")
{
    CHECK(good("[events]\nrotate_size = \"1024KiB\"\n").events.rotate_size == 1ULL << 20);
    CHECK(good("[events]\nrotate_size = \"10GiB\"\n").events.rotate_size == 10ULL << 30);
    for (const auto* bad :
         {"\"1023KiB\"", "\"11GiB\"", "\"64MB\"", "\"64\"", "64", "\"-1MiB\"", "\"4294967296GiB\"", "\"MiB\"",
          "\"64 MiB\"", "\"\""})
        CHECK_MESSAGE(
            holds(mistake("[events]\nrotate_size = " + std::string(bad) + "\n"), "KiB, MiB or GiB"), bad);
}

TEST_CASE("words are checked and the allowed ones are named")
{
    CHECK(holds(
        mistake("[log]\nlevel = \"verbose\"\n"),
        "\"trace\", \"debug\", \"info\", \"warning\" and \"error\""));
    mistake("[log]\nlevel = 3\n");
    mistake("verify = false\n");
}

TEST_CASE("what a submit means by default must exist")
{
    CHECK(holds(mistake("[submit]\nappliance = \"prd\"\n"), "did you mean \"prod\"?"));
    CHECK(holds(
        mistake("[submit]\nkind = \"google/update-all-version\"\n"),
        "did you mean \"google/update-all-versions\"?"));
    CHECK(holds(mistake("[submit]\nkind = \"x\"\n"), "known are"));
    mistake("[submit]\nkind = 17\n");
}

TEST_CASE("texts have a length and no control characters")
{
    good("domain = \"" + std::string(1'024, 'x') + "\"\n");
    mistake("domain = \"" + std::string(1'025, 'x') + "\"\n");
    mistake("domain = \"\"\n");
    mistake("domain = \"a\\nb\"\n");
    mistake("server_name = \"a b\"\n");
}

TEST_CASE("paths are absolute, and the sockets' is short enough for a socket")
{
    good("[paths]\nruntime = \"/" + std::string(89, 'x') + "\"\n");
    mistake("[paths]\nruntime = \"/" + std::string(90, 'x') + "\"\n");
    mistake("[paths]\nstate = \"state\"\n");
    mistake("[paths]\nlogs = 17\n");
}

TEST_CASE("a section that is no table, and text that is no TOML, are told with their line")
{
    CHECK(holds(
        describe(mistakes("poll = 3\n" + std::string(prod)).front(), "f"), "f:1: poll = 3: this is a table"));
    const auto broken = mistakes(std::string(prod) + "burst = = 2\n");
    REQUIRE(broken.size() == 1);
    CHECK(describe(broken.front(), "f").starts_with("f:5: not TOML: "));
    CHECK(holds(describe(mistakes(std::string(prod) + "username = \"again\"\n").front(), "f"), "f:5:"));
    mistakes("\xff");
    mistakes("a = \"\xff\"");
    mistakes("a = " + std::string(100'000, '['));
}

TEST_CASE("a damaged file is read or refused, and never more than that")
{
    const std::string whole = std::string(prod) + R"(
proxy = "http://proxy:3128"
requests_per_second = 50
connect_timeout = "5s"
[submit]
kind = "google/update-all-versions"
[poll]
backoff = 0.25
min_interval = "2s"
max_interval = "60s"
[events]
rotate_size = "64MiB"
[kind."acme/job"]
path = "/api/v1/acme/{id}"
status = "/a~1b/0"
details = "sentences"
succeeded = ["done", "all done"]
[log]
level = "info"
[paths]
state = "/var/lib/jobwatchd"
)";
    std::size_t refused = 0;
    files.clear();
    for (std::uint32_t seed = 0; seed < 3'000; ++seed)
    {
        INFO("seed " << seed);
        tests::random_json chance(seed);
        const auto found = parse(chance.damaged(whole));
        if (found.has_value())
            continue;
        ++refused;
        REQUIRE_FALSE(found.error().empty());
        for (const auto& each : found.error())
            REQUIRE(describe(each, "f").find('\n') == std::string::npos);
    }
    CHECK(refused > 1'000);
}
