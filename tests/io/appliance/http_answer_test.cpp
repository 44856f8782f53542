// Which error while asking an answer is. Over real TLS where it is about bytes (https_trouble_test); here by
// value.
#include "appliance_fixture.hpp"
#include "io/appliance/http_answer.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;
using namespace jobwatch::test;

namespace
{

const wall_time now{std::chrono::seconds(1'800'000'000)};

http_answer made(int status, std::string body)
{
    http_answer answer;
    answer.status = status;
    answer.body = std::move(body);
    return answer;
}

poll_answer read(const http_answer& answer)
{
    answer_source source;
    source.host = "cm.test:8443";
    source.secret = used_jwt;
    return read_poll_answer(answer, source, asked_kind(), asked_job, now);
}

asking_error error_of(const http_answer& answer)
{
    const auto given = read(answer);
    return given.has_error() ? given.error() : asking_error();
}

asking_error error_of(int status, const std::string& body = "")
{
    return error_of(made(status, body));
}

} // namespace

TEST_CASE("only a 200 with the job's document is a reading")
{
    CHECK(read(made(200, job_document)).has_value());
    for (const int status : {201, 202, 203, 206})
        CHECK(error_of(status, job_document).what == trouble::refused);
    CHECK(error_of(204).what == trouble::refused);
}

TEST_CASE("a 200 that is no reading is unreadable, and says what it was")
{
    for (const std::string body : {"", "<html>login</html>", "{", "[]", R"({"id":"another"})"})
    {
        const auto error = error_of(200, body);
        CHECK(error.what == trouble::unreadable);
        CHECK(error.http_status == 200);
        CHECK(error.text.size() > std::string_view("cm.test:8443: HTTP 200, but ").size());
        CHECK(error.text.starts_with("cm.test:8443: HTTP 200, but "));
    }
}

TEST_CASE("a body that could not be unpacked is not told as an empty one")
{
    auto answer = made(404, "");
    answer.body_trouble.emplace().text = "its gzip encoding is broken";
    CHECK(error_of(answer).text == "cm.test:8443: HTTP 404 Not Found, but its gzip encoding is broken");
}

TEST_CASE("an error body in a 200 is a refusal")
{
    const auto error = error_of(200, not_found_body);
    CHECK(error.what == trouble::refused);
    CHECK(contains(error.text, "NCERRResourceNotFound"));
}

TEST_CASE("each status has its class")
{
    CHECK(error_of(401, not_found_body).what == trouble::unauthorized);
    CHECK(error_of(403, not_found_body).what == trouble::forbidden);
    CHECK(error_of(429).what == trouble::throttled);
    CHECK(error_of(500).what == trouble::server_error);
    CHECK(error_of(501).what == trouble::server_error);
    CHECK(error_of(502).what == trouble::gateway);
    CHECK(error_of(503).what == trouble::unavailable);
    CHECK(error_of(504).what == trouble::gateway);
    CHECK(error_of(599).what == trouble::server_error);
    for (const int status : {304, 400, 405, 409, 418, 600, 999})
        CHECK(error_of(status).what == trouble::refused);
    CHECK(error_of(503).http_status == 503);
    CHECK(error_of(503).text == "cm.test:8443: HTTP 503 Service Unavailable with an empty body");
}

TEST_CASE("a 404 counts only with the appliance's own error body")
{
    const auto own = error_of(404, not_found_body);
    CHECK(own.what == trouble::not_found);
    CHECK(own.text == "cm.test:8443: HTTP 404 Not Found: NCERRResourceNotFound: Resource not found");
    CHECK(error_of(404).what == trouble::refused);
    CHECK(error_of(404, "<html>nginx</html>").what == trouble::refused);
    CHECK(error_of(404, job_document).what == trouble::refused);
}

TEST_CASE("a 401 or 403 in other words than the appliance's speaks neither of our token nor of the job")
{
    for (const int status : {401, 403})
        for (const std::string body : {"", "<html>login</html>"})
        {
            CHECK(error_of(status, body).what == trouble::refused);
            CHECK(error_of(status, body).foreign);
        }
}

TEST_CASE("a status that blames the request is foreign where it does not bring the appliance's own words")
{
    for (const int status : {204, 302, 400, 401, 403, 404, 422})
        for (const std::string body : {"", "<html>nginx</html>"})
            CHECK(error_of(status, body).foreign);
    for (const int status : {200, 400, 401, 403, 404, 422})
        CHECK_FALSE(error_of(status, not_found_body).foreign);
    for (const int status : {429, 500, 502, 503}) // told by what they are
        CHECK_FALSE(error_of(status).foreign);
    CHECK_FALSE(error_of(200, "<html>login</html>").foreign);
}

TEST_CASE("a redirect is not followed, and says so")
{
    const auto error = error_of(302, "<a href=x>");
    CHECK(error.what == trouble::refused);
    CHECK(contains(error.text, "redirects are not followed"));
}

TEST_CASE("Retry-After is handed on for 429 and 503, and for nothing else")
{
    for (const int status : {429, 503, 500})
    {
        auto answer = made(status, "");
        answer.retry_after = "86400";
        const auto expected = status == 500 ? std::nullopt : std::optional(milliseconds(86'400'000));
        CHECK(error_of(answer).retry_after == expected);
        answer.retry_after = "never";
        CHECK_FALSE(error_of(answer).retry_after.has_value());
    }
}

TEST_CASE("a Retry-After date is counted from the answer's own date, whatever our clock says")
{
    auto answer = made(503, "");
    answer.retry_after = "Sun, 06 Nov 1994 08:50:37 GMT";
    answer.date = "Sun, 06 Nov 1994 08:49:37 GMT";
    CHECK(error_of(answer).retry_after == milliseconds(60'000));
    answer.date = "";
    CHECK(error_of(answer).retry_after == milliseconds(0)); // long past, by our clock
}

TEST_CASE("the text of an error has no page of somebody else's, no control characters, no token, and an end")
{
    auto page = made(502, "<html>" + std::string(5'000, 'x'));
    page.content_type = "text/html\r\n" + std::string(500, 'y');
    auto text = error_of(page).text;
    CHECK(contains(text, "5006 bytes"));
    CHECK_FALSE(contains(text, "<html>"));
    CHECK(text.find_first_of("\r\n") == std::string::npos);
    CHECK(text.size() < 300);

    text = error_of(500, R"({"codeDesc":"bad\u001b[31m\nthing )" + std::string(5'000, 'x') + "\"}").text;
    CHECK(contains(text, "bad"));
    CHECK(text.find_first_of("\x1b\n") == std::string::npos);
    CHECK(text.size() < 600);

    text = error_of(400, R"({"codeDesc":"bad token )" + std::string(used_jwt) + "\"}").text;
    CHECK(contains(text, "bad token [secret]"));
    CHECK_FALSE(contains(text, "eyJhbGciOi"));
}
