#include "tokens.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace jobwatch::simulator;
using namespace std::chrono_literals;

namespace
{
const time_point start{1'764'000'000s + 400ms};
}

TEST_CASE("a token is good for its life and then says how long it has been expired")
{
    token_office office(300s);
    const std::string jwt = office.log_in("u", {}, start).jwt;
    CHECK(std::count(jwt.begin(), jwt.end(), '.') == 2);
    CHECK(office.refusal(jwt, start) == "");
    CHECK(office.refusal(jwt, start + 300s - 1us) == "");
    CHECK(office.refusal(jwt, start + 300s) == "Bearer token malformed: Token is expired by 0s");
    CHECK(office.refusal(jwt, start + 350s) == "Bearer token malformed: Token is expired by 50s");
    // Also when its record has long been forgotten.
    office.log_in("u", {}, start + 1h);
    CHECK(office.refusal(jwt, start + 300s + 90s) == "Bearer token malformed: Token is expired by 1m30s");
}

TEST_CASE("a life of less than a second is kept to exactly")
{
    token_office office(250ms);
    const std::string jwt = office.log_in("u", {}, start).jwt;
    CHECK(office.refusal(jwt, start + 249ms) == "");
    CHECK(office.refusal(jwt, start + 250ms) != "");
}

TEST_CASE("tokens that are not ours are told apart")
{
    token_office office(300s);
    token_office other(300s);
    CHECK(office.refusal("opaque", start) == "Bearer token malformed");
    CHECK(office.refusal("a.b.c", start) == "Invalid token");
    CHECK(office.refusal("", start) == "Bearer token malformed");
    CHECK(office.refusal(other.log_in("u", {}, start).jwt, start) == "Invalid token");
    std::string forged = office.log_in("u", {}, start).jwt;
    forged[forged.size() / 2] = forged[forged.size() / 2] == 'A' ? 'B' : 'A';
    CHECK(office.refusal(forged, start) == "Invalid token");
}

TEST_CASE("revoked tokens are refused, new ones are not")
{
    token_office office(300s);
    const issued_token before = office.log_in("u", {}, start);
    office.revoke_all(what_to_revoke::bearer_tokens, start + 1s);
    CHECK(office.refusal(before.jwt, start + 2s) == "Token has been revoked");
    const auto after = office.refresh(before.refresh_token, renewal::keep, {}, start + 1s);
    REQUIRE(after);
    CHECK(office.refusal(after->jwt, start + 2s) == "");
    office.revoke_all(what_to_revoke::everything, start + 3s);
    CHECK_FALSE(office.refresh(before.refresh_token, renewal::keep, {}, start + 3s));
}

TEST_CASE("a refresh keeps the refresh token unless a new one is asked for")
{
    token_office office(300s);
    const issued_token first = office.log_in("u", {}, start);
    const auto kept = office.refresh(first.refresh_token, renewal::keep, {}, start);
    REQUIRE(kept);
    CHECK(kept->refresh_token == first.refresh_token);
    CHECK(kept->jwt != first.jwt);
    const auto renewed = office.refresh(first.refresh_token, renewal::renew, {}, start);
    REQUIRE(renewed);
    CHECK(renewed->refresh_token != first.refresh_token);
    CHECK_FALSE(office.refresh(first.refresh_token, renewal::keep, {}, start));
    CHECK(office.refresh_tokens(start) == 1);
}

TEST_CASE("a refresh token dies of age, or of being left alone")
{
    token_office office(1s);
    const issued_token old = office.log_in("u", {10min, {}}, start);
    CHECK(old.refresh_life == 10min);
    CHECK(office.refresh(old.refresh_token, renewal::keep, {}, start + 9min)->refresh_life == 1min);
    CHECK_FALSE(office.refresh(old.refresh_token, renewal::keep, {}, start + 10min));
    const issued_token idle = office.log_in("u", {{}, 5min}, start);
    CHECK(office.refresh(idle.refresh_token, renewal::keep, {}, start + 4min));
    CHECK(office.refresh(idle.refresh_token, renewal::keep, {}, start + 8min));
    CHECK_FALSE(office.refresh(idle.refresh_token, renewal::keep, {}, start + 13min));
}
