#include "core/token_life.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;
using namespace std::chrono_literals;

namespace
{

constexpr boot_time start{milliseconds(1'000'000)};
constexpr wall_time wall_start{std::chrono::seconds(1'700'000'000)};

token_grant grant_for(std::optional<milliseconds> duration, std::string refresh_token = "refresh-1")
{
    return {
        .jwt = "jwt-1", .refresh_token = std::move(refresh_token), .duration = duration, .expires_at = {}};
}

token_life granted(token_grant grant)
{
    token_life token;
    token.granted(std::move(grant), start, wall_start);
    return token;
}

token_grant expiring(wall_time when)
{
    return {.jwt = "jwt-1", .refresh_token = "", .duration = {}, .expires_at = when};
}

// How many renewals are sent in this time, each granted at once by `grant` and, if asked, rejected at once.
enum class then : bool
{
    kept,
    rejected,
};
int renewals_within(milliseconds span, const token_grant& grant, then fate)
{
    token_life token;
    int renewals = 0;
    for (auto now = start; now < start + span; now += 1ms)
    {
        if (token.due(now) == renewal::none)
            continue;
        ++renewals;
        token.granted(grant, now, wall_start);
        if (fate == then::rejected)
            token.rejected();
    }
    return renewals;
}

} // namespace

TEST_CASE("without a token a login is due at once")
{
    const token_life token;
    CHECK_FALSE(token.usable(start));
    CHECK(token.due(start) == renewal::login);
    CHECK(token.next_renewal() <= start);
    CHECK_FALSE(token.held_back(start));
}

TEST_CASE("a token is renewed at half of its duration and serves until its end")
{
    const auto token = granted(grant_for(300s));
    CHECK(token.usable(start));
    CHECK(token.due(start + 150s - 1ms) == renewal::none);
    CHECK(token.next_renewal() == start + 150s);
    CHECK(token.due(start + 150s) == renewal::refresh);
    CHECK(token.usable(start + 300s - 1ms));
    CHECK_FALSE(token.usable(start + 300s));
    CHECK(token.expires() == start + 300s);
}

TEST_CASE("the duration wins over exp, and exp serves when there is no duration")
{
    auto both = grant_for(300s);
    both.expires_at = wall_start + 10s;
    CHECK(granted(both).expires() == start + 300s);
    const auto token = granted(expiring(wall_start + 100s));
    CHECK(token.expires() == start + 100s);
    CHECK(token.next_renewal() == start + 50s);
}

TEST_CASE("a token whose end nobody knows serves until it is rejected")
{
    auto token = granted(grant_for({}));
    CHECK(token.usable(start + 87'600h));
    CHECK(token.due(start + 87'600h) == renewal::none);
    CHECK(token.next_renewal() == boot_time::max());
    token.rejected();
    CHECK_FALSE(token.usable(start + 1h));
    CHECK(token.jwt().empty());
    CHECK(token.due(start + 1h) == renewal::refresh);
}

TEST_CASE("an exp that is nearly over shows only that the clocks differ, and makes no storm of renewals")
{
    CHECK(granted(expiring(wall_start + 29s)).usable(start + 24h));
    CHECK(granted(expiring(wall_start + 30s)).expires() == start + 30s);
    CHECK(granted(grant_for(2s)).expires() == start + 2s); // a duration is believed
}

TEST_CASE("an exp in the past shows only that the clocks differ")
{
    CHECK(granted(expiring(wall_start - 600s)).usable(start + 24h));
    CHECK(granted(expiring(wall_time::min())).usable(start + 24h));
    // The whole range of wall time lies between these two: more nanoseconds than fit.
    token_life token;
    token.granted(expiring(wall_time::max()), start, wall_time::min());
    CHECK(token.usable(start + 24h));
    token.granted(expiring(wall_time::min()), start, wall_time::max());
    CHECK(token.usable(start + 24h));
}

TEST_CASE("no duration, however short or absurd, makes a storm of renewals")
{
    for (const auto duration : {milliseconds::min(), -1ms, 0ms, 1ms, 399ms, milliseconds::max()})
    {
        INFO("duration: " << duration.count());
        const auto renewals = renewals_within(10s, grant_for(duration), then::kept);
        CHECK(renewals >= 1);
        CHECK(renewals <= 50); // one in 200 ms
    }
    CHECK(renewals_within(10s, grant_for(1ms), then::kept) == 50);
    CHECK(granted(grant_for(milliseconds::max())).expires() > start + 87'600h - 1h);
}

TEST_CASE(
    "a token of absurdly short life is used until its successor may be asked for: a 401 tells if it is dead")
{
    const auto token = granted(grant_for(1ms));
    CHECK(token.usable(start + 200ms));
    CHECK(token.next_renewal() == start + 200ms);
    CHECK_FALSE(token.usable(start + 400ms));
}

TEST_CASE("a short honest duration is honoured")
{
    CHECK(renewals_within(30s, grant_for(3s), then::kept) == 20);
}

TEST_CASE("tokens that are granted and then rejected are asked for ever more rarely")
{
    const auto in_a_minute = renewals_within(60s, grant_for(300s), then::rejected);
    const auto in_an_hour = renewals_within(3'600s, grant_for(300s), then::rejected);
    CHECK(in_a_minute >= 2);
    CHECK(in_a_minute <= 10);
    CHECK(in_an_hour <= 70); // one in longest_login_pause, and the first few
}

TEST_CASE("a token that served well and is rejected is replaced at once, again and again")
{
    token_life token;
    auto now = start;
    for (int round = 0; round < 20; ++round)
    {
        token.granted(grant_for({}), now, wall_start);
        now += 10s;
        token.rejected();
        CHECK(token.due(now) == renewal::refresh);
    }
}

TEST_CASE("a token that was taken and soon rejected is replaced within seconds, but not at once for ever")
{
    token_life token;
    auto now = start;
    for (int round = 0; round < 20; ++round)
    {
        token.granted(grant_for(300s), now, wall_start);
        token.proven();
        token.rejected();
        CHECK(token.next_renewal() - now <= 2s);
        now = token.next_renewal();
    }
    CHECK(now - start > 30s);
    token.granted(grant_for(300s), now, wall_start); // and this one is taken by nobody
    token.rejected();
    token.granted(grant_for(300s), token.next_renewal(), wall_start);
    CHECK(token.next_renewal() - now > 2s);
}

TEST_CASE("several polls may bring the same 401: it counts once")
{
    auto token = granted(grant_for(300s));
    for (int poll = 0; poll < 100; ++poll)
        token.rejected();
    token.granted(grant_for(300s), start + 200ms, wall_start);
    token.rejected();
    CHECK(token.next_renewal() <= start + 1s);
}

TEST_CASE("JWT and refresh token are replaced together")
{
    auto token = granted(grant_for(300s, "refresh-1"));
    CHECK(token.refresh_token() == "refresh-1");
    token.granted(
        {.jwt = "jwt-2", .refresh_token = "", .duration = 300s, .expires_at = {}}, start, wall_start);
    CHECK(token.jwt() == "jwt-2");
    CHECK(token.refresh_token().empty());
    CHECK(token.due(start + 150s) == renewal::login);
}

TEST_CASE("a refused refresh token leaves the login, and the JWT while it lasts")
{
    auto token = granted(grant_for(300s));
    token.refresh_refused();
    CHECK(token.usable(start + 150s));
    CHECK(token.due(start + 149s) == renewal::none);
    CHECK(token.due(start + 150s) == renewal::login);
}

TEST_CASE("trouble on the way doubles the pause up to its limit, and a grant forgets it")
{
    token_life token;
    auto now = start;
    for (const auto pause : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s})
    {
        token.login_troubled(now);
        CHECK(token.next_renewal() == now + pause);
        CHECK(token.due(now + pause - 1ms) == renewal::none);
        CHECK_FALSE(token.held_back(now)); // trouble is no refusal
        now += pause;
        CHECK(token.due(now) == renewal::login);
    }
    token.granted(grant_for(10s), now, wall_start);
    token.login_troubled(now + 5s);
    CHECK(token.next_renewal() == now + 5s + first_login_pause);
}

TEST_CASE("trouble with the renewal does not touch the token that still serves")
{
    auto token = granted(grant_for(300s));
    token.login_troubled(start + 150s);
    CHECK(token.usable(start + 150s));
    CHECK(token.due(start + 150s) == renewal::none);
    CHECK(token.due(start + 151s) == renewal::refresh);
}

TEST_CASE("after two refused logins none is sent until the time has passed, and then one at a time")
{
    token_life token;
    token.login_refused(start, 30min);
    CHECK_FALSE(token.held_back(start));
    CHECK(token.due(start) == renewal::none); // not at once, though
    CHECK(token.due(start + 1s) == renewal::login);
    token.login_refused(start + 1s, 30min);
    CHECK(token.refused_logins() == max_refused_logins);
    CHECK(token.held_back(start + 1s));
    CHECK(token.due(start + 1s + 30min - 1ms) == renewal::none);
    const auto again = start + 1s + 30min;
    CHECK_FALSE(token.held_back(again));
    CHECK(token.due(again) == renewal::login);
    token.login_refused(again, 30min);
    CHECK(token.held_back(again));
    CHECK(token.due(again + 30min - 1ms) == renewal::none);
    CHECK(token.due(again + 30min) == renewal::login);
}

TEST_CASE("a wait of any length is kept without overflow")
{
    token_life token;
    token.login_refused(start, milliseconds::max());
    token.login_refused(start, milliseconds::max());
    CHECK(token.next_renewal() == boot_time::max());
    CHECK(token.held_back(start + 87'600h));
}

TEST_CASE("a changed secret and a grant both forget the refusals")
{
    token_life token;
    token.login_refused(start, 30min);
    token.login_refused(start, 30min);
    token.secret_changed();
    CHECK(token.refused_logins() == 0);
    CHECK_FALSE(token.held_back(start));
    CHECK(token.due(start) == renewal::login);
    token.login_refused(start, 30min);
    CHECK_FALSE(token.held_back(start)); // counted anew
    token.granted(grant_for(300s), start, wall_start);
    CHECK(token.refused_logins() == 0);
}

TEST_CASE("a secret that changes does not shorten a pause after trouble")
{
    token_life token;
    token.login_troubled(start);
    token.secret_changed();
    CHECK(token.due(start) == renewal::none);
}

TEST_CASE("a grant without a JWT is no token, and asked for again at the pace allowed")
{
    CHECK(renewals_within(60s, token_grant{}, then::kept) <= 10);
    CHECK_FALSE(granted(token_grant{}).usable(start));
}
