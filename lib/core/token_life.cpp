#include "core/token_life.hpp"

#include "core/secret_text.hpp"

#include <algorithm>

namespace jobwatch
{

namespace
{

// Tokens are renewed no faster than this, whatever life they claim and however soon they are rejected.
constexpr milliseconds min_renewal_pace{200};

// A longer life is as good as this one, and this one overflows nothing.
constexpr milliseconds longest_life{3650LL * 24 * 3'600'000};

// A rejected token that served this long, beyond what it had to, was a good one that somebody revoked or
// whose life we were not told.
constexpr milliseconds good_service{5'000};

// Tokens that are taken for some requests and refused for others are still no reason to ask for one each time.
constexpr milliseconds longest_proven_pace{2'000};

boot_time after(boot_time now, milliseconds span)
{
    return span < span_between(now, boot_time::max()) ? now + span : boot_time::max();
}

milliseconds doubled(milliseconds pause, milliseconds first)
{
    return pause < first ? first : std::min(2 * pause, longest_login_pause);
}

// Shorter lives are not believed of an `exp`.
constexpr milliseconds shortest_by_exp{30'000};

// What is left of the token's life; empty when nobody knows. `exp` is by the appliance's clock: a life that
// is over, or nearly so, the moment it was granted only shows that the clocks differ. Believed, it would make us
// renew again and again.
std::optional<milliseconds> life_of(const token_grant& grant, wall_time wall_now)
{
    auto life = grant.duration.value_or(milliseconds{0});
    if (life <= milliseconds{0} && grant.expires_at)
    {
        life = std::chrono::floor<milliseconds>(*grant.expires_at)
            - std::chrono::floor<milliseconds>(wall_now); // as milliseconds first: these cannot overflow
        life = life < shortest_by_exp ? milliseconds{0} : life;
    }
    if (life <= milliseconds{0})
        return std::nullopt;
    return std::clamp(life, 2 * min_renewal_pace, longest_life);
}

} // namespace

void token_life::granted(token_grant grant, boot_time now, wall_time wall_now)
{
    // A token that was rejected costs the next one a longer wait: an appliance that grants tokens and then
    // does not take them must not be asked for ever more.
    const bool served = !grant_.jwt.empty() || now - granted_at_ >= 2 * grant_pace_ + good_service;
    grant_pace_ = served ? min_renewal_pace : doubled(grant_pace_, min_renewal_pace);
    if (proven_)
        grant_pace_ = std::min(grant_pace_, longest_proven_pace);
    proven_ = false;
    granted_at_ = now;
    wipe(grant_.jwt);
    wipe(grant_.refresh_token);
    grant_ = std::move(grant);
    const auto life = life_of(grant_, wall_now);
    half_life_ = life ? after(now, *life / 2) : boot_time::max();
    expires_ = life ? after(now, *life) : boot_time::max();
    not_before_ = after(now, grant_pace_);
    pause_ = milliseconds{0};
    refused_logins_ = 0;
}

void token_life::rejected()
{
    wipe(grant_.jwt);
}

void token_life::refresh_refused()
{
    wipe(grant_.refresh_token);
}

void token_life::login_refused(boot_time now, milliseconds login_retry_after)
{
    ++refused_logins_;
    login_troubled(now);
    if (refused_logins_ >= max_refused_logins)
        not_before_ = std::max(not_before_, after(now, login_retry_after));
}

void token_life::login_troubled(boot_time now)
{
    pause_ = doubled(pause_, first_login_pause);
    not_before_ = std::max(not_before_, after(now, pause_));
}

void token_life::secret_changed()
{
    if (refused_logins_ == 0)
        return;
    refused_logins_ = 0;
    pause_ = milliseconds{0};
    not_before_ = boot_time{};
}

void token_life::recall(std::uint32_t refused_logins, boot_time now, milliseconds pause)
{
    refused_logins_ = refused_logins;
    not_before_ = after(now, pause);
}

bool token_life::usable(boot_time now) const
{
    return !grant_.jwt.empty() && now < expires_;
}

renewal token_life::due(boot_time now) const
{
    if (now < next_renewal())
        return renewal::none;
    return grant_.refresh_token.empty() ? renewal::login : renewal::refresh;
}

boot_time token_life::next_renewal() const
{
    return grant_.jwt.empty() ? not_before_ : std::max(half_life_, not_before_);
}

bool token_life::held_back(boot_time now) const
{
    return refused_logins_ >= max_refused_logins && now < not_before_;
}

} // namespace jobwatch
