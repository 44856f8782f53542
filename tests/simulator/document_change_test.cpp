#include "document_change.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace jobwatch::simulator;
namespace json = boost::json;

namespace
{

constexpr const char* over =
    R"({"id":"one","createdAt":"2025-11-24T16:00:00Z","updatedAt":"2025-11-24T16:00:10.25Z",)"
    R"("completed_at":"2025-11-24T16:00:10.2498Z","overall_status":"completed",)"
    R"("detailed_status":{"completed":["2","1","3"]},"version_count":3})";

// The document as a fault with these members would change it.
std::string document(const std::string& members, const std::string& before = over)
{
    const json::value text = json::parse(members);
    json_fields from(text.get_object());
    const document_change how = read_document_change(from);
    REQUIRE_FALSE(from.mistake());
    return changed(how, before, "one");
}

json::value parsed(const std::string& members, const std::string& before = over)
{
    return json::parse(document(members, before));
}

std::string mistake_in(const std::string& members)
{
    const json::value text = json::parse(members);
    json_fields from(text.get_object());
    read_document_change(from);
    return from.mistake().value_or(complaint{}).message;
}

} // namespace

TEST_CASE("any member can have any value, or be missing")
{
    const json::value seen = parsed(
        R"({"set":{"overall_status":null,"id":7,"updatedAt":false},"drop":["completed_at","unknown"]})");
    CHECK(seen.at("overall_status").is_null());
    CHECK(seen.at("id") == 7);
    CHECK(seen.at("updatedAt") == false);
    CHECK_FALSE(seen.as_object().contains("completed_at"));
    CHECK(seen.at("version_count") == 3);
}

TEST_CASE("the other members keep their order")
{
    CHECK(document(R"({"drop":["b"]})", R"({"a":1,"b":2,"c":3,"d":4})") == R"({"a":1,"c":3,"d":4})");
    CHECK(document(R"({"set":{"b":0}})", R"({"a":1,"b":2,"c":3})") == R"({"a":1,"b":0,"c":3})");
}

TEST_CASE("status words are spelled otherwise through the whole life of a job")
{
    const std::string words = R"({"words":{"completed":"SUCCESS","in_progress":"in progress","failed":3}})";
    CHECK(parsed(words).at("overall_status") == "SUCCESS");
    CHECK(document(words, R"({"overall_status":"in_progress"})") == R"({"overall_status":"in progress"})");
    CHECK(document(words, R"({"overall_status":"failed"})") == R"({"overall_status":3})");
    CHECK(document(words, R"({"overall_status":"error"})") == R"({"overall_status":"error"})");
    CHECK(
        document(words, R"({"status":"completed"})") == R"({"status":"SUCCESS"})"); // of the scheduler's kind
}

TEST_CASE("a stale reading is in progress, and written earlier")
{
    const json::value seen = parsed(R"({"back":"5s"})");
    CHECK(seen.at("overall_status") == "in_progress");
    CHECK(seen.at("updatedAt") == "2025-11-24T16:00:05.25Z");
    CHECK_FALSE(seen.as_object().contains("completed_at"));
    CHECK_FALSE(seen.as_object().contains("detailed_status"));
    CHECK(document(R"({"back":"5s"})", R"({"updatedAt":"soon"})") == R"({"updatedAt":"soon"})");
}

TEST_CASE("a finished job has failed items, an unfinished one has not")
{
    const json::value seen = parsed(R"({"failed_items":2})");
    CHECK(seen.at("overall_status") == "completed");
    CHECK(seen.at("detailed_status") == json::parse(R"({"completed":["2"],"failed":["3","1"]})"));
    CHECK(
        document(R"({"failed_items":1})", R"({"overall_status":"in_progress"})")
        == R"({"overall_status":"in_progress"})");
    CHECK(
        parsed(R"({"failed_items":2})", R"({"overall_status":"completed"})").at("detailed_status")
        == json::parse(R"({"completed":[],"failed":["1","2"]})"));
}

TEST_CASE("times have as many fraction digits as wanted")
{
    CHECK(parsed(R"({"digits":0})").at("updatedAt") == "2025-11-24T16:00:10Z");
    CHECK(parsed(R"({"digits":1})").at("completed_at") == "2025-11-24T16:00:10.2Z");
    CHECK(parsed(R"({"digits":9})").at("completed_at") == "2025-11-24T16:00:10.249800000Z");
    CHECK(parsed(R"({"digits":3})").at("createdAt") == "2025-11-24T16:00:00.000Z");
}

TEST_CASE("a document comes wrapped, in an array, in half, or is another text altogether")
{
    const std::string small = R"({"id":"one"})";
    CHECK(document(R"({"shape":"wrapped"})", small) == R"({"application/json":{"id":"one"}})");
    CHECK(document(R"({"shape":"array"})", small) == R"([{"id":"one"}])");
    CHECK(document(R"({"shape":"half"})", small) == R"({"id":)");
    CHECK(document(R"({"text":"{\"id\":\"{id}\"} {id}"})") == R"({"id":"one"} one)");
    CHECK(document(R"({"text":""})").empty());
    CHECK(document(R"({"set":{"id":7}})", "no JSON") == "no JSON");
    CHECK(document("{}", "{ \"id\" : 1.0e1 }") == "{ \"id\" : 1.0e1 }"); // untouched to the byte
}

TEST_CASE("a document nests deeper than anybody reads")
{
    CHECK(document(R"({"nest":3})", R"({"id":1})") == R"({"nested":[[[]]],"id":1})");
    CHECK(document(R"({"nest":2})", "{}") == R"({"nested":[[]]})");
    CHECK(document(R"({"nest":10000000})").size() > 20'000'000);
}

TEST_CASE("what is written wrong is told with what is allowed")
{
    CHECK(mistake_in(R"({"shape":"round"})") == "shape: needs object, wrapped, array or half");
    CHECK(mistake_in(R"({"digits":10})") == "digits: needs a whole number from 0 to 9");
    CHECK(mistake_in(R"({"set":[]})") == R"(set: needs an object such as {"overall_status":null})");
    CHECK(mistake_in(R"({"drop":"id"})") == R"(drop: needs an array of names such as ["overall_status"])");
    CHECK(mistake_in(R"({"nest":10000001})") == "nest: needs a whole number from 1 to 10000000");
    CHECK(mistake_in(R"({"status":"failed"})")
              .starts_with("'status' is not known here; known are text, back,"));
}
