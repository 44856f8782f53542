// [kind."VENDOR/NAME"] of the configuration.
#include "core/kind_rules.hpp"
#include "wire/settings_file.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;

namespace
{

using words = std::vector<std::string>;

// A valid file of four lines; kinds begin at line 5.
constexpr std::string_view head =
    "[appliance.prod]\nurls = [\"https://cm1\"]\nusername = \"u\"\npassword_file = \"/p\"\n";

auto parse(const std::string& kinds)
{
    return parse_settings(
        std::string(head) + kinds, {"", "/etc/jobwatchd"},
        [](const file_question&) -> std::optional<std::string> { return ""; });
}

std::map<std::string, kind> kinds_of(const std::string& text)
{
    const auto found = parse(text);
    std::string why;
    if (found.has_error())
        for (const auto& each : found.error())
            why += describe(each, "f") + '\n';
    REQUIRE_MESSAGE(found.has_value(), why);
    return found->kinds;
}

// All mistakes, a line each.
std::string mistakes_of(const std::string& text)
{
    const auto found = parse(text);
    REQUIRE_MESSAGE(found.has_error(), text);
    std::string all;
    for (const auto& each : found.error())
        all += describe(each, "f") + '\n';
    return all;
}

const kind& built_in(std::string_view name)
{
    for (const kind& each : built_in_kinds())
        if (each.name == name)
            return each;
    FAIL(name);
    return built_in_kinds().front();
}

} // namespace

TEST_CASE("a new kind needs a path; everything else is as usual")
{
    const auto kinds = kinds_of("[kind.\"acme/key-job\"]\npath = \"/api/v1/acme/jobs/{id}\"\n");
    CHECK(kinds.size() == built_in_kinds().size() + 1);
    const kind& added = kinds.at("acme/key-job");
    const kind& usual = built_in("aws/bulk");
    CHECK(added.name == "acme/key-job");
    CHECK(added.path == "/api/v1/acme/jobs/{id}");
    CHECK(added.status_pointer == "/overall_status");
    CHECK(added.details == detail_style::sentences);
    CHECK(added.pending == usual.pending);
    CHECK(added.succeeded == usual.succeeded);
    CHECK(added.failed == usual.failed);
    CHECK(added.cancelled == usual.cancelled);
    CHECK(added.origin == kind_origin::configured);
    CHECK(kinds.at("aws/bulk").origin == kind_origin::built_in);
}

TEST_CASE("every key of a kind is read")
{
    const auto kinds = kinds_of(R"([kind."luna/key"]
path = "/api/v1/cckm/hsm/luna/keys/{id}"
status = "/params/0/state"
details = "versions"
pending = ["Preparing", "waiting-for-hsm"]
succeeded = ["AVAILABLE"]
failed = ["Broken"]
cancelled = ["Withdrawn"]
)");
    const kind& added = kinds.at("luna/key");
    CHECK(added.status_pointer == "/params/0/state");
    CHECK(added.details == detail_style::versions);
    for (const auto* word : {"preparing", "waiting_for_hsm", "in_progress"})
        CHECK(holds_word(added.pending, word));
    CHECK(added.succeeded == words{"completed", "success", "available"});
    CHECK(added.failed == words{"failed", "error", "broken"});
    CHECK(added.cancelled == words{"cancelled", "canceled", "aborted", "withdrawn"});
}

TEST_CASE("one line maps one unknown word of a built-in kind, and all else stays")
{
    const auto kinds = kinds_of("[kind.\"google/update-all-versions\"]\nsucceeded = [\"All Done\"]\n");
    const kind& changed = kinds.at("google/update-all-versions");
    const kind& before = built_in("google/update-all-versions");
    CHECK(changed.succeeded == words{"completed", "success", "all_done"});
    CHECK(changed.path == before.path);
    CHECK(changed.status_pointer == before.status_pointer);
    CHECK(changed.details == detail_style::versions);
    CHECK(changed.pending == before.pending);
    CHECK(changed.failed == before.failed);
    CHECK(changed.origin == kind_origin::overridden);
    CHECK(kinds.size() == built_in_kinds().size());
}

TEST_CASE("a word that had another meaning moves to the list that names it")
{
    const auto kinds = kinds_of(R"([kind."scheduler/job"]
failed = ["aborted"]
pending = ["success"]
)");
    const kind& changed = kinds.at("scheduler/job");
    CHECK(changed.failed == words{"failed", "error", "aborted"});
    CHECK(changed.cancelled == words{"cancelled", "canceled"});
    CHECK(changed.succeeded == words{"completed"});
    CHECK(holds_word(changed.pending, "success"));
    CHECK(changed.status_pointer == "/status");
}

TEST_CASE("naming a word where it stands already, or twice in a list, changes nothing")
{
    const auto kinds =
        kinds_of("[kind.\"aws/bulk\"]\npath = \"/x/{id}\"\nsucceeded = [\"Success\", \"done\", \"DONE\"]\n");
    CHECK(kinds.at("aws/bulk").path == "/x/{id}");
    CHECK(kinds.at("aws/bulk").succeeded == words{"completed", "success", "done"});
}

TEST_CASE("all mistakes of all kinds are told at once, with what is allowed")
{
    CHECK(
        mistakes_of(R"([kind."acme/a"]
path = "/v1/jobs/{id}"
status = "status"
details = "words"
pending = ["a", 7, " "]
succeeded = ["A"]
failed = []
cancelled = "b"
name = "x"

[kind."acme/b"]
succeeded = ["done"]

[kind."Acme/c"]
path = "/api/v1/c/{id}"

[kind.acme]
path = "/api/v1/c/{id}"
)")
        == "f:6: kind.\"acme/a\".path = \"/v1/jobs/{id}\": the appliance's paths begin with /api/v1/\n"
           "f:7: kind.\"acme/a\".status = \"status\": a JSON pointer begins with /, as \"/status\"\n"
           "f:8: kind.\"acme/a\".details = \"words\": allowed are \"versions\" and \"sentences\"\n"
           "f:9: kind.\"acme/a\".pending = 7: a word is a string\n"
           "f:9: kind.\"acme/a\".pending = \" \": a word has at least one letter\n"
           "f:10: kind.\"acme/a\".succeeded = \"A\": this word stands in pending, too: it can mean one thing "
           "only\n"
           "f:11: kind.\"acme/a\".failed = an array: allowed is an array of 1 to 64 words, which are added "
           "to "
           "those that the kind has\n"
           "f:12: kind.\"acme/a\".cancelled = \"b\": allowed is an array of 1 to 64 words, which are added "
           "to "
           "those that the kind has\n"
           "f:13: kind.\"acme/a\".name is not known; known here are path, status, details, pending, "
           "succeeded, "
           "failed, cancelled\n"
           "f:15: kind.\"acme/b\".path is missing: write path = \"/api/v1/.../{id}\", where the appliance "
           "shows a job of this new kind\n"
           "f:18: kind.\"Acme/c\": a kind's name is VENDOR/NAME, both of a-z 0-9 -; write "
           "[kind.\"VENDOR/NAME\"] on a line of its own\n"
           "f:21: kind.\"acme\": a kind's name is VENDOR/NAME, both of a-z 0-9 -; write "
           "[kind.\"VENDOR/NAME\"] on a line of its own\n");
}

TEST_CASE("a new kind whose name is near a built-in one was perhaps meant to be that one")
{
    CHECK(
        mistakes_of("[kind.\"google/update-all-version\"]\nsucceeded = [\"done\"]\n")
            .find("did you mean the built-in \"google/update-all-versions\"?")
        != std::string::npos);
}

TEST_CASE("what is no table is told")
{
    CHECK(mistakes_of("[kind]\n\"a/b\" = 3\n").find("this is no table") != std::string::npos);
    CHECK(mistakes_of("[[kind]]\n").find("write [kind.") != std::string::npos);
    CHECK(mistakes_of("[kind.\"a/b\".c]\n").find("is missing") != std::string::npos);
    CHECK(kinds_of("[kind]\n").size() == built_in_kinds().size());
}

TEST_CASE("a kind must keep a word for success")
{
    CHECK(
        mistakes_of("[kind.\"aws/bulk\"]\npending = [\"completed\", \"success\"]\n")
        == "f:5: kind.\"aws/bulk\" leaves no word that means success: give one in succeeded\n");
    const auto kinds =
        kinds_of("[kind.\"aws/bulk\"]\npending = [\"completed\", \"success\"]\nsucceeded = [\"verified\"]\n");
    CHECK(kinds.at("aws/bulk").succeeded == words{"verified"});
}

TEST_CASE("words and kinds have a limit in number and length")
{
    const auto listed = [](std::size_t count, std::size_t length)
    {
        std::string list;
        for (std::size_t i = 0; i < count; ++i)
            list += '"' + std::string(length - 3, 'x') + std::to_string(100 + i) + "\", ";
        return "[kind.\"aws/bulk\"]\npending = [" + list + "]\n";
    };
    CHECK(kinds_of(listed(max_kind_words, 64)).at("aws/bulk").pending.size() == 6 + max_kind_words);
    CHECK(mistakes_of(listed(max_kind_words + 1, 64)).find("1 to 64 words") != std::string::npos);
    CHECK(mistakes_of(listed(1, 65)).find("more than 64 bytes") != std::string::npos);

    std::string many;
    for (std::size_t i = 0; i < max_configured_kinds; ++i)
        many += "[kind.\"acme/k" + std::to_string(i) + "\"]\npath = \"/x/{id}\"\n";
    CHECK(kinds_of(many).size() == built_in_kinds().size() + max_configured_kinds);
    CHECK(
        mistakes_of(many + "[kind.\"acme/one-more\"]\npath = \"/x/{id}\"\n")
            .find("kind has 201 kinds: at most 200 are allowed")
        != std::string::npos);
}

TEST_CASE("a submit may mean a configured kind by default")
{
    const auto found =
        parse("[submit]\nkind = \"acme/job\"\n[kind.\"acme/job\"]\npath = \"/api/v1/acme/{id}\"\n");
    REQUIRE(found.has_value());
    CHECK(found->submit.kind == "acme/job");
}
