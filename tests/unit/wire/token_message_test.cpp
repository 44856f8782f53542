#include "core/timestamp.hpp"
#include "wire/token_message.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;
using namespace std::chrono_literals;

namespace
{

// {"alg":"none"} . {"exp":1700000300,"iat":1700000000} . "sig"
constexpr std::string_view jwt = "eyJhbGciOiJub25lIn0.eyJleHAiOjE3MDAwMDAzMDAsImlhdCI6MTcwMDAwMDAwMH0.c2ln";

token_grant granted(const std::string& body)
{
    const auto grant = parse_grant(body);
    REQUIRE_MESSAGE(grant.has_value(), body);
    return *grant;
}

token_grant with_jwt(std::string_view token, std::string_view more = "")
{
    return granted("{\"jwt\":\"" + std::string(token) + '"' + std::string(more) + "}");
}

} // namespace

TEST_CASE("a login tells the user, the password and a life for the refresh token")
{
    appliance_settings appliance;
    appliance.username = "jobwatch";
    CHECK(
        login_body(appliance, "p\"w\\\n\xc3\xa4")
        == "{\"grant_type\":\"password\",\"username\":\"jobwatch\",\"password\":\"p\\\"w\\\\\\n\xc3\xa4\","
           "\"refresh_token_lifetime\":1440}");
}

TEST_CASE("domain settings are sent where they are set")
{
    appliance_settings appliance;
    appliance.username = "u";
    appliance.domain = "d";
    appliance.auth_domain = "a";
    appliance.auth_domain_path = "/p";
    appliance.connection = "c";
    CHECK(
        login_body(appliance, "p")
        == R"({"grant_type":"password","username":"u","password":"p","domain":"d","auth_domain":"a",)"
           R"("auth_domain_path":"/p","connection":"c","refresh_token_lifetime":1440})");
    CHECK(
        refresh_body(appliance, "r")
        == R"({"grant_type":"refresh_token","refresh_token":"r","domain":"d","auth_domain":"a",)"
           R"("auth_domain_path":"/p"})");
}

TEST_CASE("a login with a refresh token is the refresh grant")
{
    appliance_settings appliance;
    appliance.credential = credential_form::refresh_token_file;
    appliance.domain = "d";
    CHECK(login_body(appliance, "r") == R"({"grant_type":"refresh_token","refresh_token":"r","domain":"d"})");
}

TEST_CASE("a login with a client certificate sends no secret, and the client's id where it is set")
{
    appliance_settings appliance;
    appliance.credential = credential_form::client_certificate;
    CHECK(login_body(appliance, "") == R"({"grant_type":"client_credential"})");
    appliance.client_id = "7f3c";
    appliance.domain = "d";
    appliance.auth_domain = "a";
    appliance.auth_domain_path = "/p";
    appliance.connection = "c";
    CHECK(
        login_body(appliance, "")
        == R"({"grant_type":"client_credential","client_id":"7f3c","domain":"d","auth_domain":"a",)"
           R"("auth_domain_path":"/p","connection":"c"})");
}

TEST_CASE("a bare token tells when it expires, if it is a JWT")
{
    CHECK(grant_of_token(jwt)->expires_at == wall_time(1700000300s));
    CHECK(grant_of_token(jwt)->jwt == jwt);
    CHECK_FALSE(grant_of_token("opaque")->expires_at.has_value());
    for (const auto& bad :
         {std::string(), std::string("a b"), std::string("a\nb"), std::string(16 * 1024 + 1, 'x')})
        CHECK(grant_of_token(bad).has_error());
}

TEST_CASE("a grant is read with all it tells")
{
    const auto grant = with_jwt(jwt, R"(,"duration":300,"token_type":"Bearer","refresh_token":"r")");
    CHECK(grant.jwt == jwt);
    CHECK(grant.refresh_token == "r");
    CHECK(grant.duration == 300s);
    CHECK(grant.expires_at == wall_time(1700000300s));
}

TEST_CASE("a grant may tell less, or strange things")
{
    for (const auto* strange :
         {"", ",\"duration\":0", ",\"duration\":-5", ",\"duration\":\"300\"", ",\"duration\":null",
          ",\"duration\":[]", ",\"duration\":1e300", ",\"duration\":0.5"})
        CHECK_MESSAGE(!with_jwt("opaque", strange).duration.has_value(), strange);
    CHECK(with_jwt("t", ",\"duration\":300.0").duration == 300s);
    CHECK(with_jwt("t", ",\"duration\":9000000000000000000").duration == 3650 * 24h);
    for (const auto* none : {"", ",\"refresh_token\":null", ",\"refresh_token\":17"})
        CHECK_MESSAGE(with_jwt("t", none).refresh_token.empty(), none);
    CHECK(
        with_jwt("t", ",\"refresh_token\":\"" + std::string(16 * 1024 + 1, 'r') + '"').refresh_token.empty());
}

TEST_CASE("a grant without a duration has the life of its JWT, by the appliance's clock alone")
{
    CHECK(with_jwt(jwt).duration == 300s);
    CHECK(with_jwt(jwt, ",\"duration\":60").duration == 60s);
    CHECK(with_jwt(jwt, ",\"duration\":0").duration == 300s);
    CHECK_FALSE(with_jwt("a.eyJleHAiOjE3fQ.c").duration.has_value());             // {"exp":17}
    CHECK_FALSE(with_jwt("a.eyJleHAiOjE3LCJpYXQiOjE3fQ.c").duration.has_value()); // {"exp":17,"iat":17}
    CHECK_FALSE(grant_of_token(jwt)->duration.has_value());                       // made at some time before
}

TEST_CASE("tokens that are no JWT have no expiry that we know")
{
    for (const auto* opaque :
         {"opaque", "a.b", "a.b.c", "..", "a.!!!.c", "a.e30.c", "a.W10.c", "a.eyJleHAiOiJ4In0.c",
          "a.eyJleHAiOi0xfQ.c", "a.eyJleHAiOjFlMzB9.c"})
        CHECK_MESSAGE(!with_jwt(opaque).expires_at.has_value(), opaque);
    // {"exp":9000000000000000}: beyond what a time can be
    CHECK_FALSE(with_jwt("a.eyJleHAiOjkwMDAwMDAwMDAwMDAwMDB9.c").expires_at.has_value());
    // with padding
    CHECK(with_jwt("a.eyJleHAiOjE3fQ==.c").expires_at == wall_time(17s));
}

TEST_CASE("an answer without a usable token is none")
{
    for (const auto& bad :
         {std::string(), std::string("<html>"), std::string("[]"), std::string("{}"),
          std::string(R"({"jwt":""})"), std::string(R"({"jwt":17})"), std::string(R"({"jwt":"a b"})"),
          std::string(R"({"jwt":"a\r\nX: y"})"), std::string(R"({"jwt":"\u00e9"})"),
          std::string(R"({"jwt":"a\u0000"})"), std::string(R"({"jwt":"\u007f"})"),
          "{\"jwt\":\"" + std::string(16 * 1024 + 1, 'x') + "\"}",
          std::string(R"({"codeDesc":"NCERRUnauthorized"})")})
    {
        const auto grant = parse_grant(bad);
        REQUIRE(grant.has_error());
        CHECK(grant.error() == errc::not_a_token);
    }
    CHECK(with_jwt(std::string(16 * 1024, 'x')).jwt.size() == 16 * 1024);
}

TEST_CASE("no error repeats a secret")
{
    const auto grant = parse_grant(R"({"jwt":"very secret","refresh_token":"s3cr3t"})");
    REQUIRE(grant.has_error());
    CHECK(grant.error().message().find("secret") == std::string::npos);
    CHECK(grant.error().message().find("s3cr3t") == std::string::npos);
}
