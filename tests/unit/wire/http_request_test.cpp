#include "wire/http_request.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;

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
