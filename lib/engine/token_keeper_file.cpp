// The token that somebody else keeps fresh: no request is sent for it, its file is looked at.
#include "core/timestamp.hpp"
#include "engine/token_keeper.hpp"

#include <algorithm>

namespace jobwatch
{

// Where there is no token, the file is read each time; else only when it was changed.
asio::awaitable<void> token_keeper::follow_file()
{
    while (!stopping_)
    {
        const std::string stamp = api_.secret_stamp(); // before the reading, so that no change is missed
        if (!usable() || stamp != asked_with_)
        {
            const request_way no_way; // a file is read; nobody is asked
            grant_answer read = co_await ask(renewal::login, no_way);
            asked_with_ = stamp;
            take_file(std::move(read));
        }
        const boot_time next = clock_.now() + secret_check_interval;
        const boot_time moment = usable() ? std::min(life_.expires(), next) : next;
        co_await timer_->wait_until(moment);
    }
}

// What cannot serve does not replace what serves: it may be half written.
void token_keeper::take_file(grant_answer read)
{
    if (stopping_)
        return;
    const std::string why = read ? refusal_of(*read) : read.error().text;
    if (why.empty())
    {
        take_file_token(std::move(*read));
        return;
    }
    if (usable())
        return;
    if (jwt_ != nullptr)
    {
        life_.rejected();
        jwt_ = nullptr;
    }
    warn_once(why);
    conditions_.begin(condition::auth_failed, why);
}

// Why this token is not worth a request; "" when it is.
std::string token_keeper::refusal_of(const token_grant& read) const
{
    const std::string advice = "; polling goes on as soon as a fresh one stands there";
    if (refused_ != nullptr && read.jwt == *refused_)
        return "the appliance refuses (401) the token in " + settings_.token_file + advice;
    if (read.expires_at && *read.expires_at <= clock_.wall_now())
        return "the token in " + settings_.token_file + " expired at " + describe_timestamp(*read.expires_at)
            + " by this host's clock" + advice;
    return {};
}

void token_keeper::take_file_token(token_grant read)
{
    if (usable() && *jwt_ == read.jwt)
        return;
    if (read.expires_at)
        read.duration = std::chrono::ceil<milliseconds>(*read.expires_at)
            - std::chrono::floor<milliseconds>(clock_.wall_now());
    life_.granted(std::move(read), clock_.now(), clock_.wall_now());
    jwt_ = share_token(life_.jwt());
    refused_ = nullptr;
    forget_doubts();
    proven_ = false; // appliance.auth_restored is told when the appliance has taken it
    trouble_.clear();
    log_.say(
        log_level::info, settings_.name + ": have a token from " + settings_.token_file + ", " + describe());
    if (on_change_)
        on_change_();
}

} // namespace jobwatch
