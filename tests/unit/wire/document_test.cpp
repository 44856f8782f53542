#include "core/timestamp.hpp"
#include "wire/document.hpp"
#include "wire/random_json.hpp"

#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <algorithm>

using namespace jobwatch;

namespace
{

constexpr std::string_view job = "778a1024-dc18-49cb-833b-cfd6c000c090";

const kind& kind_named(std::string_view name)
{
    const auto& all = built_in_kinds();
    const auto found = std::find_if(all.begin(), all.end(), [&](const kind& k) { return k.name == name; });
    REQUIRE(found != all.end());
    return *found;
}

const kind& versions()
{
    return kind_named(default_kind);
}

const kind& sentences()
{
    return kind_named("google/synchronization");
}

// Documents of the job, with these members beside its id.
std::string with(std::string_view members)
{
    return R"({"id":"778a1024-dc18-49cb-833b-cfd6c000c090",)" + std::string(members) + "}";
}

reading read(std::string_view members, const kind& family = versions())
{
    const auto text = with(members);
    auto found = read_document(text, family, job);
    REQUIRE_MESSAGE(found.has_value(), text);
    return *found;
}

failure refusal_of(std::string_view body, std::string_view asked = job)
{
    const auto found = read_document(body, versions(), asked);
    REQUIRE_MESSAGE(found.has_error(), body);
    return found.error();
}

bool holds(const std::string& text, std::string_view part)
{
    return text.find(part) != std::string::npos;
}

constexpr std::string_view documented = R"({
  "id": "778a1024-dc18-49cb-833b-cfd6c000c090",
  "uri": "kylo:kylo:cckm:update_all_versions:778a1024-dc18-49cb-833b-cfd6c000c090",
  "account": "kylo:kylo:admin:accounts:kylo",
  "createdAt": "2026-01-02T03:04:05.123456Z",
  "updatedAt": "2026-01-02T03:04:09.234567Z",
  "completed_at": "2026-01-02T03:04:09.234321Z",
  "overall_status": "completed",
  "detailed_status": {
    "completed": ["2", "1"],
    "projects/p/locations/l/keyRings/r/cryptoKeys/k": "The state of all versions was updated."
  },
  "job_id": "778a1024-dc18-49cb-833b-cfd6c000c090",
  "key_id": "ecc73bfb-7605-4263-abb8-84fe431d35fb",
  "version_count": 2,
  "operation": "disable",
  "abort": false
}
)";

} // namespace

TEST_CASE("the documented job document is read field by field")
{
    const auto found = read_document(documented, versions(), job);
    REQUIRE(found.has_value());
    CHECK(found->status == "completed");
    CHECK_FALSE(found->abort);
    CHECK(found->done == done_part::all);
    CHECK(found->versions_done == 2);
    CHECK(found->version_count == 2);
    CHECK(found->operation == "disable");
    CHECK(found->key_id == "ecc73bfb-7605-4263-abb8-84fe431d35fb");
    CHECK(found->completed_at == parse_timestamp("2026-01-02T03:04:09.234321Z").value());
    CHECK(found->updated_at == parse_timestamp("2026-01-02T03:04:09.234567Z").value());
    CHECK(*found->completed_at < *found->updated_at);
    CHECK(found->document == compact_json(documented));
    CHECK_FALSE(found->document_truncated);
}

TEST_CASE("a document is kept only where it may be of an ending")
{
    CHECK(read(R"("overall_status":"in_progress")").document.empty());
    CHECK(read(R"("overall_status":"In Progress")").document.empty());
    CHECK_FALSE(read(R"("overall_status":"failed")").document.empty());
    CHECK_FALSE(read(R"("overall_status":"sleeping")").document.empty());
}

TEST_CASE("no number and no string of a kept document is re-written")
{
    const std::string members =
        R"("overall_status":"completed","a":1.0e5,"b":123456789012345678901234567890,"c":"\u00e9\/ \" x","d":-0.0)";
    CHECK(read(members).document == with(members));
}

TEST_CASE("a document of exactly the limit is kept, and one byte more is marked as truncated")
{
    const std::string head = R"("overall_status":"completed","x":")";
    const auto filler = max_document - with(head + "\"").size();
    const auto fits = read(head + std::string(filler, 'x') + '"');
    CHECK(fits.document.size() == max_document);
    CHECK_FALSE(fits.document_truncated);
    const auto larger = read(head + std::string(filler + 1, 'x') + '"');
    CHECK(larger.document.empty());
    CHECK(larger.document_truncated);
    CHECK(larger.status == "completed");
}

TEST_CASE("white space does not count towards the limit of a kept document")
{
    const auto found = read("\"overall_status\":\"completed\"" + std::string(2 * max_document, ' '));
    CHECK_FALSE(found.document.empty());
}

TEST_CASE("what is not a job document is an error that says what it was instead")
{
    CHECK(holds(refusal_of("").text, "an empty body"));
    CHECK(holds(refusal_of(" \n").text, "an empty body"));
    CHECK(holds(refusal_of("<html>502 Bad Gateway</html>").text, "HTML"));
    CHECK(holds(refusal_of("[]").text, "an array"));
    CHECK(holds(refusal_of("null").text, "null"));
    CHECK(holds(refusal_of("17").text, "a number"));
    CHECK(holds(refusal_of("\"completed\"").text, "a string"));
    CHECK(holds(refusal_of("{}").text, "without \"id\""));
    CHECK(holds(refusal_of(R"({"id":17})").text, "a number"));
    CHECK(holds(refusal_of(R"({"id":null})").text, "null"));
    CHECK(holds(refusal_of(R"({"id":["778a1024-dc18-49cb-833b-cfd6c000c090"]})").text, "an array"));
    CHECK(refusal_of("{}").code == errc::not_a_reading);
    CHECK(refusal_of("<html>").code == errc::bad_json);
}

TEST_CASE("the document of another job is no reading, and the error names both")
{
    const auto why = refusal_of(R"({"id":"other","overall_status":"completed"})");
    CHECK(why.code == errc::not_a_reading);
    CHECK(holds(why.text, "\"other\""));
    CHECK(holds(why.text, job));
}

TEST_CASE("ids in errors are cut and made harmless")
{
    const auto why = refusal_of("{\"id\":\"\\u001b[31m" + std::string(100'000, 'x') + "\"}");
    CHECK(why.text.size() < 1'000);
    CHECK(holds(why.text, "\\x1b"));
    CHECK(holds(why.text, "..."));
}

TEST_CASE("UUIDs are the same whatever their case, other ids are not")
{
    CHECK(read_document(R"({"id":"778A1024-DC18-49CB-833B-CFD6C000C090"})", versions(), job).has_value());
    CHECK(read_document(R"({"id":"abc"})", versions(), "abc").has_value());
    CHECK(read_document(R"({"id":"ABC"})", versions(), "abc").has_error());
    CHECK(read_document(R"({"id":"\u0061bc"})", versions(), "abc").has_value());
    CHECK(read_document(R"({"id":"abc"})", versions(), "ab").has_error());
}

TEST_CASE("an error body in a 200 is no reading, even with the right id")
{
    const auto why =
        refusal_of(with(R"("overall_status":"completed","codeDesc":"NCERRInternal: \u001bboom")"));
    CHECK(why.code == errc::not_a_reading);
    CHECK(holds(why.text, "NCERRInternal: \\x1bboom"));
    CHECK(holds(refusal_of(with(R"("codeDesc":null)")).text, "an error body"));
}

TEST_CASE("a document within another level is read, and kept as it stands there")
{
    const auto document = with("\"overall_status\" : \"completed\"");
    const auto found =
        read_document("\xEF\xBB\xBF { \"application/json\" : " + document + " }\n", versions(), job);
    REQUIRE(found.has_value());
    CHECK(found->status == "completed");
    CHECK(found->document == compact_json(document));
}

TEST_CASE("only one level, only alone, and only with the right id: all else is no reading")
{
    const auto document = with("\"overall_status\":\"completed\"");
    const auto wrapped = [](const std::string& text) { return "{\"application/json\":" + text + "}"; };
    const auto instead = [&](const std::string& body)
    {
        const auto why = refusal_of(body);
        CHECK(why.code == errc::not_a_reading);
        return why.text;
    };
    CHECK(holds(instead(wrapped(wrapped(document))), "an object without \"id\""));
    CHECK(holds(instead(wrapped("[" + document + "]")), "that is no wrapper"));
    CHECK(holds(instead(wrapped("\"completed\"")), "that is no wrapper"));
    CHECK(holds(instead("{\"application/json\":" + document + ",\"code\":5}"), "that is no wrapper"));
    CHECK(holds(instead("{\"a\":1,\"application/json\":" + document + "}"), "that is no wrapper"));
    CHECK(holds(
        instead("{\"application/json\":" + document + ",\"application/json\":" + document + "}"),
        "that is no wrapper"));
    CHECK(holds(instead("{\"text/json\":" + document + "}"), "an object without \"id\""));
    CHECK(holds(instead(wrapped("{\"id\":\"other\"}")), "the document of job \"other\""));
    CHECK(holds(instead(wrapped("{}")), "an object without \"id\""));
    CHECK(holds(instead(wrapped(with("\"codeDesc\":\"NCERRInternal\""))), "NCERRInternal"));
    CHECK(holds(
        instead("{\"application/json\":" + document + ",\"codeDesc\":\"NCERRInternal\"}"), "NCERRInternal"));
    // Beside the job's own id it is just a member.
    CHECK(
        read("\"application/json\":{\"overall_status\":\"failed\"},\"overall_status\":\"completed\"").status
        == "completed");
}

TEST_CASE("what is not whole and right JSON is no reading")
{
    const auto whole = with("\"overall_status\":\"completed\"");
    for (const auto& bad :
         {whole + "x", whole + whole, whole.substr(0, whole.size() - 1), with("\"a\":\"\xff\""),
          with("\"a\":\"\xc0\x80\""), with("\"a\":'b'"), with("\"a\":1,"), with("\"a\":01"),
          with("\"a\":NaN"), with("\"a\":\"\n\""), with("\"a\":1 // comment\n"), std::string("{"),
          std::string("\xff")})
        CHECK_MESSAGE(refusal_of(bad).code == errc::bad_json, bad);
}

TEST_CASE("every whole beginning of a document, cut anywhere, is no reading")
{
    const auto end = documented.find_last_not_of('\n');
    for (std::size_t size = 0; size < end; ++size)
        REQUIRE(read_document(documented.substr(0, size), versions(), job).has_error());
}

TEST_CASE("a byte order mark before the document is passed over and not kept")
{
    const auto whole = with("\"overall_status\":\"completed\"");
    const auto found = read_document("\xEF\xBB\xBF" + whole, versions(), job);
    REQUIRE(found.has_value());
    CHECK(found->document == whole);
}

TEST_CASE("nesting is read to 32 levels and not deeper")
{
    const auto nested = [](std::size_t levels) {
        return "\"overall_status\":\"completed\",\"a\":" + std::string(levels, '[')
            + std::string(levels, ']');
    };
    CHECK(read(nested(31)).status == "completed");
    CHECK(refusal_of(with(nested(32))).code == errc::bad_json);
    CHECK(refusal_of(with(nested(1'000'000))).code == errc::bad_json);
}

TEST_CASE("a status that is missing or no string is no word")
{
    CHECK(read("\"a\":1").status.empty());
    for (const auto* strange :
         {"null", "17", "true", "[\"completed\"]", "{\"overall_status\":\"completed\"}"})
        CHECK_MESSAGE(read("\"overall_status\":" + std::string(strange)).status.empty(), strange);
    CHECK(read("\"a\":{\"overall_status\":\"completed\"},\"b\":[{\"overall_status\":\"failed\"}]")
              .status.empty());
}

TEST_CASE("a status word is shown as it was written")
{
    CHECK(read(R"("overall_status":"In Progress")").status == "In Progress");
    CHECK(read(R"("overall_status":"complet\u0065d")").status == "completed");
    CHECK(read(R"("overall\u005fstatus":"completed")").status == "completed");
}

TEST_CASE("a status word that is too long is cut, and never becomes a known one by that")
{
    const auto status = [](const std::string& word)
    { return read("\"overall_status\":\"" + word + '"').status; };
    CHECK(status(std::string(64, 'x')).size() == 64);
    const auto cut = status(std::string(65, 'x'));
    CHECK(cut.size() == 64);
    CHECK(cut.ends_with("..."));
    CHECK(status("completed" + std::string(100, ' ')) == "completed");
    CHECK(status("completed" + std::string(100, ' ') + "not") != "completed");
    CHECK(status("completed" + std::string(600, ' ') + "not").ends_with("..."));
}

TEST_CASE("a key that stands twice tells nothing, since nobody knows which was meant")
{
    CHECK(read(R"("overall_status":"in_progress","overall_status":"completed")").status.empty());
    CHECK(read(R"("overall_status":"completed","overall_status":"in_progress")").status.empty());
    CHECK_FALSE(read(R"("overall_status":"completed","abort":true,"abort":false)").abort);
    CHECK_FALSE(read(R"("version_count":2,"version_count":3)").version_count);
    CHECK_FALSE(
        read(R"("completed_at":"2026-01-02T03:04:05Z","completed_at":"2026-01-02T03:04:06Z")").completed_at);
    CHECK_FALSE(read(R"("updatedAt":"2026-01-02T03:04:05Z","updatedAt":"2026-01-02T03:04:06Z")").updated_at);
    CHECK(read(R"("operation":"a","operation":"b","key_id":"a","key_id":"b")").operation.empty());
    CHECK(holds(refusal_of(with(R"("id":"other")")).text, "two \"id\""));
    CHECK(holds(refusal_of(R"({"id":"other",)" + with("\"a\":1").substr(1)).text, "two \"id\""));
}

TEST_CASE("only true asks for a cancel")
{
    CHECK(read("\"abort\":true").abort);
    for (const auto* no : {"false", "null", "1", "\"true\"", "[true]", "{\"abort\":true}"})
        CHECK_FALSE_MESSAGE(read("\"abort\":" + std::string(no)).abort, no);
}

TEST_CASE("times that say nothing are none")
{
    for (const auto* none :
         {"null", "\"\"", "\"0001-01-01T00:00:00Z\"", "\"1970-01-01T00:00:00Z\"", "\"yesterday\"",
          "1767322800", "{}", "[\"2026-01-02T03:04:05Z\"]"})
        CHECK_FALSE_MESSAGE(read("\"completed_at\":" + std::string(none)).completed_at, none);
    CHECK(read(R"("completed_at":"2026-01-02T03:04:05.123456789Z")").completed_at);
}

TEST_CASE("a version count is a whole number of 0 or more, and else unknown")
{
    CHECK(read("\"version_count\":0").version_count == 0);
    CHECK(read("\"version_count\":18446744073709551615").version_count == 18446744073709551615ULL);
    for (const auto* strange : {"-1", "2.0", "2e0", "\"2\"", "null", "[2]", "18446744073709551616"})
        CHECK_FALSE_MESSAGE(read("\"version_count\":" + std::string(strange)).version_count, strange);
}

TEST_CASE("long fields are cut at their limit")
{
    CHECK(read("\"operation\":\"" + std::string(1'000, 'x') + '"').operation.size() == max_reading_field);
    CHECK(read("\"key_id\":\"" + std::string(1'000, 'x') + '"').key_id.size() == max_reading_field);
}

namespace
{

done_part done(std::string_view count, std::string_view details)
{
    return read("\"version_count\":" + std::string(count) + ",\"detailed_status\":" + std::string(details))
        .done;
}

} // namespace

TEST_CASE("as many distinct ids as versions are all, in any order and of any type")
{
    CHECK(done("2", R"({"completed":["2","1"]})") == done_part::all);
    CHECK(done("2", R"({"completed":[2,1]})") == done_part::all);
    CHECK(done("2", R"({"completed":["2","1","2"]})") == done_part::all);
    CHECK(done("1", R"({"completed":["1"],"failed":[]})") == done_part::all);
    CHECK(done("1", R"({"completed":["1"],"failed":null})") == done_part::all);
    CHECK(done("2", R"({"completed":["\u0032","1"]})") == done_part::all);
}

TEST_CASE("fewer distinct ids than versions are some, and so is an entry of failures")
{
    CHECK(done("3", R"({"completed":["2","1"]})") == done_part::some);
    CHECK(done("2", R"({"completed":["2","2"]})") == done_part::some);
    CHECK(done("2", R"({"completed":["2",2]})") == done_part::some);
    CHECK(done("2", R"({"completed":[]})") == done_part::some);
    CHECK(done("2", R"({"completed":["2","1"],"failed":["3"]})") == done_part::some);
    CHECK(done("null", R"({"failed":["3"]})") == done_part::some);
    CHECK(done("2", R"({"failed":{"3":"why"}})") == done_part::some);
    CHECK(done("2", R"({"failed":"3"})") == done_part::some);
}

TEST_CASE("missing and strange parts are unknown, never evidence")
{
    CHECK(done("null", R"({"completed":["2"]})") == done_part::unknown);
    CHECK(done("2", "{}") == done_part::unknown);
    CHECK(done("2", "null") == done_part::unknown);
    CHECK(done("2", "[]") == done_part::unknown);
    CHECK(done("2", R"("completed")") == done_part::unknown);
    CHECK(done("2", R"([{"completed":[]},{"failed":["1"]}])") == done_part::unknown);
    CHECK(done("2", R"({"completed":"1"})") == done_part::unknown);
    CHECK(done("2", R"({"completed":{"1":true}})") == done_part::unknown);
    CHECK(done("2", R"({"completed":null})") == done_part::unknown);
    CHECK(done("2", R"({"completed":["1",null]})") == done_part::unknown);
    CHECK(done("2", R"({"completed":[["1"]]})") == done_part::unknown);
    CHECK(done("2", R"({"completed":["1",1.5]})") == done_part::unknown);
    CHECK(done("2", R"({"completed":[""]})") == done_part::unknown);
    CHECK(done("2", R"({"completed":["1","2","3"]})") == done_part::unknown);
    CHECK(done("0", R"({"completed":[]})") == done_part::unknown);
    CHECK(done("2", R"({"completed":["1"],"completed":["2"]})") == done_part::unknown);
    CHECK(done("2", R"({"x":{"completed":[]}})") == done_part::unknown);
    CHECK(done("2", R"({"failed":{},"x":{"failed":["1"]}})") == done_part::unknown);
    CHECK(done("2", R"({"failed":["1"]},"detailed_status":{"completed":["1","2"]})") == done_part::unknown);
    CHECK(read(R"("completed":[],"version_count":2)").done == done_part::unknown);
}

TEST_CASE("a list of too many ids is unknown, not wrong")
{
    std::string ids;
    for (int i = 0; i < 10'001; ++i)
        ids += (i == 0 ? "\"" : ",\"") + std::to_string(i) + '"';
    CHECK(done("10001", "{\"completed\":[" + ids + "]}") == done_part::unknown);
    CHECK_FALSE(read("\"detailed_status\":{\"completed\":[" + ids + "]}").versions_done);
}

namespace
{

done_part told(std::string_view details)
{
    return read("\"overall_status\":\"completed\",\"detailed_status\":" + std::string(details), sentences())
        .done;
}

} // namespace

TEST_CASE("an entry that says failure in a failure word is evidence, for kinds that tell in sentences")
{
    CHECK(told(R"({"ring":"failed"})") == done_part::some);
    CHECK(told(R"({"ring":"  FAILED "})") == done_part::some);
    CHECK(told(R"({"a":"Success","b":"Error: no permission"})") == done_part::some);
    CHECK(told(R"({"a":"failed to read the ring"})") == done_part::some);
}

TEST_CASE("other sentences tell nothing")
{
    CHECK(told(R"({"ring":"synchronized successfully"})") == done_part::unknown);
    CHECK(told(R"({"ring":"Success"})") == done_part::unknown);
    CHECK(told(R"({"ring":"no version failed"})") == done_part::unknown);
    CHECK(told(R"({"ring":"failedover"})") == done_part::unknown);
    CHECK(told(R"({"failed":"nothing"})") == done_part::unknown);
    CHECK(told(R"({"ring":["failed"],"b":{"c":"failed"}})") == done_part::unknown);
    CHECK(told(R"({"ring":""})") == done_part::unknown);
    CHECK(told("null") == done_part::unknown);
    CHECK(told(R"("failed")") == done_part::unknown);
}

TEST_CASE("the status may stand anywhere that a JSON pointer can say")
{
    kind family = versions();
    const auto status = [&](std::string_view pointer, std::string_view members)
    {
        family.status_pointer = pointer;
        return read(members, family).status;
    };
    CHECK(status("/status", R"("status":"completed","overall_status":"failed")") == "completed");
    CHECK(status("/a/b", R"("a":{"x":{"b":"no"},"b":"yes"},"b":"no")") == "yes");
    CHECK(status("/a/1/b", R"("a":[{"b":"no"},{"c":[],"b":"yes"},{"b":"no"}])") == "yes");
    CHECK(status("/a/1", R"("a":["no","yes"])") == "yes");
    CHECK(status("/a/01", R"("a":["no","no"])").empty());
    CHECK(status("/a/-", R"("a":["no"])").empty());
    CHECK(status("/a~1b/m~0n", R"("a/b":{"m~n":"yes"})") == "yes");
    CHECK(status("/~01", R"("~1":"yes")") == "yes");
    CHECK(status("/", R"("":"yes")") == "yes");
    CHECK(status("", R"("":"no")").empty());
    CHECK(status("status", R"("status":"no")").empty());
    CHECK(status("/a/b", R"("a":{"b":"x"},"a":{"b":"x"})").empty());
    CHECK(status("/a/b", R"("a":{"b":"x"},"a":{})").empty());
    CHECK(status("/a/b", R"("a":"b","b":"no")").empty());
}

TEST_CASE("the appliance's own error body is told from everything else")
{
    CHECK(
        read_error_body(R"({"code":16,"codeDesc":"NCERRResourceNotFound: Resource not found"})")
        == "NCERRResourceNotFound: Resource not found");
    CHECK(
        read_error_body(R"({"codeDesc":"NCERRUnauthorizedAccess","message":"Invalid token"})")
        == "NCERRUnauthorizedAccess: Invalid token");
    for (const auto* none :
         {"", "<html>404</html>", "{}", "[]", "404 page not found", R"({"codeDesc":17})",
          R"({"codeDesc":""})", R"({"message":"x"})", R"([{"codeDesc":"x"}])", R"({"a":{"codeDesc":"x"}})"})
        CHECK_MESSAGE(read_error_body(none).empty(), none);
}

TEST_CASE("an error body's text is harmless and at most 200 bytes")
{
    CHECK(read_error_body(R"({"codeDesc":"a\nb\u0000"})") == "a\\x0ab\\x00");
    CHECK(read_error_body("{\"codeDesc\":\"" + std::string(100'000, 'x') + "\"}").size() <= 200);
    CHECK(read_error_body("{\"codeDesc\":\"" + std::string(300, '\\') + "n\"}").size() <= 200);
}

TEST_CASE("white space goes from between the tokens and stays within strings")
{
    CHECK(compact_json(" { \"a b\" : [ 1 , 2.50 ,\n\ttrue ] } ") == R"({"a b":[1,2.50,true]})");
    CHECK(compact_json(R"("a \" { b \\" )") == R"("a \" { b \\")");
    CHECK(compact_json("").empty());
}

TEST_CASE("compact text means the same, is the shortest, and stays as it is")
{
    for (std::uint32_t seed = 0; seed < 3'000; ++seed)
    {
        INFO("seed " << seed);
        tests::random_json make(seed);
        const auto value = make.value();
        const auto compact = compact_json(value.spaced);
        REQUIRE(compact == value.compact);
        REQUIRE(compact_json(compact) == compact);
        REQUIRE(boost::json::parse(compact) == boost::json::parse(value.spaced));
    }
}
