#include "wire/http_request.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace jobwatch;

namespace
{

std::size_t lines_of(std::string_view text)
{
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

kind any_kind()
{
    kind family;
    family.path = "/api/v1/cckm/google/update-all-versions-jobs/{id}";
    return family;
}

} // namespace

TEST_CASE("everything but unreserved characters is percent-encoded in a path segment")
{
    CHECK(encode_segment("778a1024-dc18") == "778a1024-dc18");
    CHECK(encode_segment("a:b/c d%") == "a%3Ab%2Fc%20d%25");
    CHECK(encode_segment("\xc3\xa4") == "%C3%A4");
}

TEST_CASE("a node is named with its port unless that is 443, and an IPv6 address in brackets")
{
    CHECK(host_and_port({"cm1.example.com", 443, ""}) == "cm1.example.com");
    CHECK(host_and_port({"cm1.example.com", 8443, ""}) == "cm1.example.com:8443");
    CHECK(host_and_port({"::1", 8443, ""}) == "[::1]:8443");
}

TEST_CASE("a poll is one GET with everything that an appliance wants to see")
{
    std::string request = "before";
    append_poll_request(request, {"cm1.example.com", 8443, ""}, any_kind(), "778a:1024", "a.b.c");
    const auto version = request.find("jobwatchd/") + 10;
    const auto end = request.find("\r\n", version);
    CHECK(end > version);
    request.erase(version, end - version);
    CHECK(
        request
        == "beforeGET /api/v1/cckm/google/update-all-versions-jobs/778a%3A1024 HTTP/1.1\r\n"
           "Host: cm1.example.com:8443\r\n"
           "Authorization: Bearer a.b.c\r\n"
           "Accept: application/json\r\n"
           "Accept-Encoding: gzip\r\n"
           "User-Agent: jobwatchd/\r\n"
           "\r\n");
}

TEST_CASE("what stands before the API in a URL stands before it in the request")
{
    std::string request;
    append_poll_request(request, {"::1", 443, "/x/y"}, any_kind(), "1", "t");
    CHECK(request.starts_with(
        "GET /x/y/api/v1/cckm/google/update-all-versions-jobs/1 HTTP/1.1\r\nHost: [::1]\r\n"));
    CHECK(token_request({"h", 443, "/x"}, "")
              .starts_with("POST /x/api/v1/auth/tokens/ HTTP/1.1\r\nHost: h\r\n"));
}

TEST_CASE("the id may stand within a path, and a path without one stays as it is")
{
    kind family;
    std::string request;
    family.path = "/api/v1/keys/{id}/status";
    append_poll_request(request, {"h", 443, ""}, family, "a", "t");
    CHECK(request.starts_with("GET /api/v1/keys/a/status HTTP/1.1\r\n"));
    request.clear();
    family.path = "/api/v1/backupStatus";
    append_poll_request(request, {"h", 443, ""}, family, "a", "t");
    CHECK(request.starts_with("GET /api/v1/backupStatus HTTP/1.1\r\n"));
}

TEST_CASE("a token request carries its body and the body's length")
{
    const auto request = token_request({"h", 443, ""}, R"({"a":1})");
    CHECK(request.find("\r\nContent-Type: application/json\r\n") != std::string::npos);
    CHECK(request.find("\r\nAccept: application/json\r\n") != std::string::npos);
    CHECK(request.ends_with("\r\nContent-Length: 7\r\n\r\n{\"a\":1}"));
    CHECK(request.find("Authorization") == std::string::npos);
}

TEST_CASE("nothing can add a line to a request")
{
    kind family = any_kind();
    std::string plain;
    append_poll_request(plain, {"h", 443, "/b"}, family, "id", "token");
    const std::string evil = "x\r\nX-Evil: 1\r\n\r\nGET / HTTP/1.1\r\n";
    std::string request;
    family.path += evil;
    append_poll_request(request, {evil, 443, evil}, family, evil, evil);
    CHECK(lines_of(request) == lines_of(plain));
    CHECK(std::count(request.begin(), request.end(), ' ') == std::count(plain.begin(), plain.end(), ' '));
    CHECK(lines_of(token_request({evil, 443, evil}, "")) == lines_of(token_request({"h", 443, ""}, "")));
}
