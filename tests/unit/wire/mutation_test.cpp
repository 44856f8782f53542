// Damaged input, a great deal of it: whatever comes in, parsers give a value or a refusal. Run under the
// sanitizers this is what finds reads beyond the end.
#include "wire/control_message.hpp"
#include "wire/document.hpp"
#include "wire/event_text.hpp"
#include "wire/random_json.hpp"
#include "wire/token_message.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <array>

using namespace jobwatch;

namespace
{

constexpr std::uint32_t rounds = 100'000;

constexpr std::array<std::string_view, 8> requests{{
    R"({"jsonrpc":"2.0","id":1,"method":"submit","params":{"jobs":["a","b"],"overdue_after":"2h","labels":{"a":"b"}}})",
    R"({"jsonrpc":"2.0","id":"x","method":"list","params":{"state":"open","outcome":["failed"],"limit":100,"after":0}})",
    R"({"jsonrpc":"2.0","id":1.5e3,"method":"get","params":{"watch":17}})",
    R"({"jsonrpc":"2.0","id":null,"method":"wait","params":{"jobs":["a"],"watches":[17],"until":"any","timeout":"10m"}})",
    R"({"jsonrpc":"2.0","id":5,"method":"subscribe","params":{"from":{"log":"5e1c","seq":1042},"events":["job.finished"]}})",
    R"({"jsonrpc":"2.0","method":"remove","params":{"watches":[1,2,3]}})",
    R"({"jsonrpc":"2.0","id":"\u00e9","method":"status","params":{}})",
    "778a1024-dc18-49cb-833b-cfd6c000c090",
}};

constexpr std::string_view document = R"({"id": "778a", "updatedAt": "2026-01-02T03:04:05.123456Z",
 "completed_at": "2026-01-02T03:04:05Z", "overall_status": "completed", "abort": false, "version_count": 2,
 "detailed_status": {"completed": ["2", "1"], "failed": [], "projects/p/\u00e9": "The state was \"updated\"."},
 "operation": "disable", "key_id": "ecc7"})";

bool is_json(const std::string& text)
{
    boost::system::error_code failed;
    boost::json::parse(text, failed);
    return !failed;
}

} // namespace

TEST_CASE("a damaged request is understood or refused, and the answer is always one line of JSON")
{
    std::size_t refused = 0;
    for (std::uint32_t seed = 0; seed < rounds; ++seed)
    {
        tests::random_json chance(seed);
        const auto line = chance.damaged(std::string(requests[seed % requests.size()]));
        const auto asked = parse_control_line(line);
        if (asked.has_value())
            continue;
        ++refused;
        const auto answer = refusal_line(asked.error().id, asked.error().why);
        if (answer.empty())
            continue;
        INFO("seed " << seed);
        REQUIRE(answer.find('\n') == answer.size() - 1);
        REQUIRE(is_json(answer));
    }
    CHECK(refused > rounds / 4);
    CHECK(refused < rounds);
}

TEST_CASE("what a damaged request is answered with is JSON, too")
{
    for (std::uint32_t seed = 0; seed < rounds / 10; ++seed)
    {
        tests::random_json chance(seed);
        const auto asked = parse_control_line(chance.damaged(std::string(requests[seed % requests.size()])));
        if (!asked.has_value() || asked->id.empty())
            continue;
        INFO("seed " << seed);
        REQUIRE(is_json(answer_line(*asked, version_answer{"1", "2"})));
    }
}

TEST_CASE("a damaged document is a reading or none, and what is kept of it is JSON")
{
    const kind& family = built_in_kinds().front();
    std::size_t readings = 0;
    for (std::uint32_t seed = 0; seed < rounds; ++seed)
    {
        tests::random_json chance(seed);
        const auto body = chance.damaged(std::string(document));
        const auto found = read_document(body, family, "778a");
        read_error_body(body);
        if (!found.has_value())
            continue;
        ++readings;
        INFO("seed " << seed);
        REQUIRE((found->document.empty() || is_json(found->document)));
        REQUIRE(found->document.find('\n') == std::string::npos);
    }
    CHECK(readings > 0);
    CHECK(readings < rounds);
}

TEST_CASE("damaged tokens and labels are read or not, and no more than that")
{
    const std::string grant =
        R"({"jwt":"eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDAzMDB9.c2ln","duration":300,"refresh_token":"r"})";
    for (std::uint32_t seed = 0; seed < rounds / 10; ++seed)
    {
        tests::random_json chance(seed);
        const auto found = parse_grant(chance.damaged(grant));
        if (found.has_value())
            REQUIRE(found->jwt.find_first_of(" \r\n") == std::string::npos);
        const auto event = chance.damaged(R"({"seq":1,"labels":{"a":"b"},"document":{"labels":{}}})");
        carries_labels(event, {{"a", "b"}});
        parse_labels(event);
    }
}
