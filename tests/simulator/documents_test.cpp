#include "documents.hpp"
#include "job_shelf.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace jobwatch::simulator;
using namespace std::chrono_literals;

namespace
{

const time_point start{1'764'000'000s};

// Awkward on purpose: white space, number spellings, escapes, brackets in strings, a repeated member.
constexpr const char* awkward =
    "{\n  \"id\" : \"j-1\" ,\t\"n\": 1.50e+00, \"big\":12345678901234567890123,\r\n"
    "  \"s\":\"a\\\"}]{[,\\\\\", \"s\":\"\\u00e9 \\/\" , \"e\":[ ]  }";

} // namespace

TEST_CASE("a document is kept byte for byte, alone, in lines and in an array")
{
    for (const std::string& text :
         {std::string(awkward), "\n" + std::string(awkward) + "\n{\"id\":\"two\"}\n",
          " [ " + std::string(awkward) + " ,{\"id\":\"two\"} ] \n",
          std::string(awkward) + "{\"id\":\"two\"}"})
    {
        const auto documents = read_documents(text);
        REQUIRE(documents.has_value());
        REQUIRE(documents->size() >= 1);
        CHECK(documents->front().text == awkward);
        CHECK(documents->front().id == "j-1");
        CHECK(documents->back().text == (documents->size() == 2 ? "{\"id\":\"two\"}" : awkward));
    }
}

TEST_CASE("a wrapped document is exact too, and hidden until its time")
{
    const std::string text = std::string(R"({"note":"\"document\": {","after" : "2s" , "document" : )")
        + awkward + R"(,"id":"other" })";
    const auto documents = read_documents(text);
    REQUIRE(documents.has_value());
    REQUIRE(documents->size() == 1);
    const job_document& one = documents->front();
    CHECK(one.id == "other");
    CHECK(one.after == 2s);
    CHECK(one.text == awkward);

    job_shelf shelf(plan{}, 1, life_begins::at_first_read);
    shelf.put(one, start);
    const auto first = shelf.read("other", start + 10s);
    REQUIRE(first);
    CHECK(boost::json::parse(*first).at("overall_status") == "in_progress");
    CHECK(shelf.read("other", start + 11s) == first);
    CHECK(shelf.read("other", start + 12s) == awkward);
}

TEST_CASE("before its time a document has neither closing time nor details")
{
    const auto documents = read_documents(
        R"({"after":"1s","document":{"id":"a","createdAt":"2025-01-01T00:00:00Z","updatedAt":"x","completed_at":"y",)"
        R"("overall_status":"completed","detailed_status":{},"key_id":"k"}})");
    REQUIRE(documents.has_value());
    CHECK(
        boost::json::parse(documents->front().before)
        == boost::json::parse(
            R"({"id":"a","createdAt":"2025-01-01T00:00:00Z","updatedAt":"2025-01-01T00:00:00Z",)"
            R"("overall_status":"in_progress","key_id":"k"})"));
}

TEST_CASE("documents that are none are refused with their number")
{
    const auto complaint = [](const char* text)
    {
        const auto documents = read_documents(text);
        REQUIRE(documents.has_error());
        return documents.error().message;
    };
    CHECK(complaint("{\"id\":\"a\"}\n{\"id\":}").starts_with("document 2: no JSON"));
    CHECK(complaint("{\"name\":\"a\"}") == R"(document 1: a string member "id" is needed)");
    CHECK(complaint("{\"id\":5}") == R"(document 1: a string member "id" is needed)");
    CHECK(complaint("7") == "document 1: a JSON object is needed");
    CHECK(complaint("{\"id\":\"a\"").starts_with("document 1: no JSON"));
    CHECK(complaint("[{\"id\":\"a\"}").starts_with("the array of documents is no JSON"));
    CHECK(complaint("{\"id\":\"a\"} ]") == "document 2: a JSON object is needed, not ']'");
    CHECK(
        complaint(R"({"document":{"id":"a"},"after":"soon"})")
        == R"(document 1: "after" must be a duration such as "2s" or "250ms")");
    const auto nothing = read_documents(" \n");
    REQUIRE(nothing.has_value());
    CHECK(nothing->empty());
}

TEST_CASE("a later document of the same id replaces the earlier one")
{
    job_shelf shelf(plan{}, 1, life_begins::at_start);
    shelf.put({"a", "{\"id\":\"a\"}", {}, {}}, start);
    shelf.put({"a", "{\"id\":\"a\",\"n\":2}", {}, {}}, start);
    CHECK(shelf.read("a", start) == "{\"id\":\"a\",\"n\":2}");
    CHECK(shelf.ids_text() == "a\n");
}

TEST_CASE("made jobs are known by id and fate, and begin to live when they are first read")
{
    plan only;
    REQUIRE_FALSE(read_weights("short=1,instant=1", only));
    job_shelf shelf(only, 9, life_begins::at_first_read);
    shelf.make(50, start);
    const auto fates = boost::json::parse(shelf.fates_text()).as_array();
    REQUIRE(fates.size() == 50);
    for (const auto& one : fates)
    {
        const std::string id(one.at("id").as_string());
        const auto first = boost::json::parse(*shelf.read(id, start + 1h));
        CHECK(first.at("overall_status") == (one.at("fate") == "instant" ? "completed" : "in_progress"));
        const auto later = boost::json::parse(*shelf.read(id, start + 1h + 2s));
        CHECK(later.at("overall_status") == one.at("overall_status"));
    }
    CHECK(shelf.reads().fewest == 2);
    CHECK(shelf.reads().most == 2);
    CHECK(shelf.reads().unread == 0);
}

TEST_CASE("with the clock at start, jobs are over even if nobody has looked")
{
    plan only;
    REQUIRE_FALSE(read_weights("short=1", only));
    job_shelf shelf(only, 9, life_begins::at_start);
    shelf.make(1, start);
    const std::string id = shelf.ids_text().substr(0, 36);
    CHECK(boost::json::parse(*shelf.read(id, start + 2s)).at("overall_status") == "completed");
}
