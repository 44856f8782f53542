#include "engine/token_keeper.hpp"

#include "core/secret_text.hpp"
#include "core/timestamp.hpp"
#include "engine/credential_text.hpp"

#include <algorithm>

namespace jobwatch
{

namespace
{

// Longer than the slowest polls are apart, so that a healthy watch speaks for the token in the meantime.
constexpr milliseconds taken_counts_for{300'000};

// So long after a token was last taken, the refusal of a fresh one is more likely a single job's than the token's: it
// is renewed at token_life's pace, without a pause that all watches would pay for.
constexpr milliseconds trusted_for{60'000};

// A token file's token that is given up is lost until somebody writes another: one job's 401 does not condemn it so
// soon after it was taken, but a second job's does (doubted()). Shorter than the slowest polls are apart, so that a lone
// watch gives a dead one up before it is refused twice.
constexpr milliseconds file_token_trusted_for{30'000};

// So many refusals in a row give up a token that nobody was shown anything with: the first jobs that are asked for may
// be of the sort that is not for us, and one that is would prove it.
constexpr std::uint32_t most_doubts = 8;

bool is_refusal(trouble what)
{
    return what == trouble::unauthorized || what == trouble::forbidden;
}

// `never` has no place on the wall clock.
wall_time later(wall_time now, milliseconds span)
{
    constexpr milliseconds longest{3650LL * 24 * 3'600'000};
    return now + std::min(span, longest);
}

} // namespace

shared_token share_token(const std::string& jwt)
{
    return {
        new std::string(jwt),
        [](std::string* ends)
        {
            wipe(*ends);
            delete ends;
        }};
}

token_keeper::token_keeper(
    const appliance_settings& settings, appliance_api& api, request_gate& gate, clock& time,
    appliance_conditions& conditions, diagnostics& log, std::function<void()> on_change) :
    settings_(settings),
    api_(api),
    gate_(gate),
    clock_(time),
    conditions_(conditions),
    log_(log),
    on_change_(std::move(on_change)),
    timer_(time.make_timer())
{
}

bool token_keeper::usable() const
{
    return jwt_ != nullptr && life_.usable(clock_.now());
}

void token_keeper::stop()
{
    stopping_ = true;
    api_.abort();
    timer_->wake();
}

asio::awaitable<void> token_keeper::run()
{
    if (settings_.credential == credential_form::token_file)
    {
        co_await follow_file();
        co_return;
    }
    recall_refusals();
    while (!stopping_)
    {
        const boot_time now = clock_.now();
        forget_refusals_of_another_secret();
        renewal how = now < not_before_ ? renewal::none : life_.due(now);
        if (how == renewal::refresh && secret_was_replaced())
            how = renewal::login;
        gate_.login_waits(how != renewal::none);
        std::optional<request_pass> pass;
        if (how != renewal::none)
            pass = gate_.pass(request_class::login, now);
        if (!pass)
        {
            const boot_time moment = next_look(now);
            co_await timer_->wait_until(moment);
            continue;
        }
        gate_.login_waits(false);
        co_await renew(how, *pass);
        if (on_change_)
            on_change_();
    }
    gate_.login_waits(false);
}

// What an earlier run was refused counts on: restarts must not lock the account. The wall clock may have been set
// meanwhile, so that the wait is never longer than the configured one.
void token_keeper::recall_refusals()
{
    const login_refusals& known = conditions_.state().refusals;
    if (known.count == 0)
        return;
    const auto left = std::chrono::floor<milliseconds>(known.not_before)
        - std::chrono::floor<milliseconds>(clock_.wall_now());
    life_.recall(known.count, clock_.now(), std::clamp(left, milliseconds{0}, settings_.login_retry_after));
    refused_stamp_ = known.secret_stamp;
    forget_refusals_of_another_secret();
    if (!life_.held_back(clock_.now()))
        return;
    trouble_ = login_words(settings_) + " was refused before the restart";
    log_.say(log_level::warning, settings_.name + ": " + trouble_ + "; " + next_try());
}

// While logins are held back. As a moment, not as a span: what is told once must still be true when it is read.
std::string token_keeper::next_try() const
{
    const milliseconds pause = span_between(clock_.now(), life_.next_renewal());
    return "the next try comes when " + secret_place(settings_) + " changes, or at "
        + describe_timestamp(later(clock_.wall_now(), pause));
}

void token_keeper::forget_refusals_of_another_secret()
{
    if (life_.refused_logins() != 0 && credential_stamp() != refused_stamp_)
        life_.secret_changed();
}

std::string token_keeper::credential_stamp() const
{
    return api_.secret_stamp() + login_identity(settings_);
}

// A refresh token that somebody puts into the file is meant to be used, although the present one still serves.
bool token_keeper::secret_was_replaced() const
{
    return settings_.credential == credential_form::refresh_token_file && !api_.secret_stamp().empty()
        && credential_stamp() != asked_with_;
}

void token_keeper::place_is_free()
{
    if (gate_.login_is_waiting())
        timer_->wake();
}

// When run() must look again, if nobody wakes it.
boot_time token_keeper::next_look(boot_time now) const
{
    if (now < not_before_)
        return not_before_;
    if (life_.held_back(now))
        return std::min(life_.next_renewal(), now + secret_check_interval);
    if (life_.due(now) == renewal::none)
        return life_.next_renewal();
    // The gate is shut; when that depends on a probe, look again soon.
    return std::min(gate_.opens_at(request_class::login, now), now + milliseconds{1'000});
}

// A surprise is told and counts as trouble: without its token keeper an appliance would never be polled again.
asio::awaitable<grant_answer> token_keeper::ask(renewal how, const request_way& way)
{
    grant_answer given = asking_error{};
    try
    {
        if (how == renewal::refresh)
        {
            const secret_text refresh_token{std::string(life_.refresh_token())};
            const std::string_view shown = refresh_token.view();
            given = co_await api_.refresh(way, shown);
        }
        else
        {
            given = co_await api_.login(way);
        }
    }
    catch (const std::exception& surprise)
    {
        given = asking_error{trouble::unreadable, 0, std::string("surprise: ") + surprise.what(), {}};
    }
    co_return given;
}

asio::awaitable<void> token_keeper::renew(renewal how, request_pass pass)
{
    ++logins_;
    if (how == renewal::login)
        asked_with_ =
            credential_stamp(); // before it is read, so that a change in the meantime is seen as one
    request_way way;
    way.node = pass.to.node;
    way.allowed = [this, &pass]
    {
        const bool may = gate_.may_send(pass, clock_.now());
        if (may && on_change_)
            on_change_(); // polls have waited for it
        return may;
    };
    grant_answer given = co_await ask(how, way);
    if (stopping_)
        gate_.dropped(pass);
    else if (!given && given.error().what == trouble::held_back)
    {
        gate_.held_back(pass);
        --logins_;
    }
    else if (given)
        take_grant(std::move(*given), pass);
    else
        take_error(how, given.error(), pass);
}

void token_keeper::take_grant(token_grant given, request_pass pass)
{
    gate_.answered(pass);
    life_.granted(std::move(given), clock_.now(), clock_.wall_now());
    jwt_ = share_token(life_.jwt());
    proven_ = false;
    forget_doubts();
    log_.say(
        trouble_.empty() && logins_ > 1 ? log_level::debug : log_level::info,
        settings_.name + ": have a token, " + describe());
    trouble_.clear();
    conditions_.end(condition::auth_failed, "logged in again");
    conditions_.remember({});
}

void token_keeper::take_error(renewal how, const asking_error& error, request_pass pass)
{
    const boot_time now = clock_.now();
    gate_.troubled(pass, error, now);
    if (!is_refusal(error.what))
    {
        if (!gate_.another_serves(pass)) // it is asked at once
            life_.login_troubled(now);
        warn_once("cannot get a token: " + error.text);
        return;
    }
    if (how == renewal::refresh)
    {
        life_.refresh_refused();
        log_.say(log_level::info, settings_.name + ": the refresh token was refused, logging in");
        // The file's token begat the refused one, or is the same: two refusals in all.
        if (settings_.credential != credential_form::refresh_token_file)
            return;
    }
    take_refusal(error, now);
}

void token_keeper::take_refusal(const asking_error& error, boot_time now)
{
    life_.login_refused(now, settings_.login_retry_after);
    refused_stamp_ = asked_with_;
    const milliseconds pause = span_between(now, life_.next_renewal());
    conditions_.remember({life_.refused_logins(), later(clock_.wall_now(), pause), refused_stamp_});
    warn_once(login_words(settings_) + " was refused: " + error.text);
    if (life_.held_back(now))
        conditions_.begin(
            condition::auth_failed,
            login_words(settings_) + " was refused " + std::to_string(life_.refused_logins())
                + " times, and is tried again when " + secret_place(settings_) + " changes, else every "
                + format_duration(settings_.login_retry_after) + " (login_retry_after): " + error.text);
}

void token_keeper::warn_once(const std::string& text)
{
    if (text == trouble_)
        return;
    trouble_ = text;
    log_.say(log_level::warning, settings_.name + ": " + text);
}

void token_keeper::rejected(const shared_token& used)
{
    if (used != jwt_ || jwt_ == nullptr)
        return; // an older one: it has been replaced already
    life_.rejected();
    if (from_file())
        refused_ = jwt_;
    jwt_ = nullptr;
    forget_doubts();
    // A token that was refused before it was ever taken: renewing at once would go on for ever.
    if (!proven_ && taken_within(trusted_for))
    {
        life_.proven();
    }
    else if (!proven_ && !from_file())
    {
        rejection_pause_ = rejection_pause_ == milliseconds{}
            ? first_login_pause
            : std::min(rejection_pause_ * 2, longest_login_pause);
        not_before_ = clock_.now() + rejection_pause_;
        warn_once("the appliance refuses (401) the very token that it has just given");
    }
    timer_->wake();
}

bool token_keeper::accepted(const shared_token& used)
{
    if (refused_ != nullptr && used == refused_)
        refused_ = nullptr; // given up too early: the file's next look takes it up again
    if (used != jwt_)
        return false;
    const bool was_doubted = !proven_ && doubter_;
    if (from_file() && !proven_)
        conditions_.end(condition::auth_failed, "it takes the token in " + settings_.token_file);
    life_.proven();
    proven_ = true;
    rejection_pause_ = milliseconds{};
    forget_doubts();
    taken_at_ = clock_.now();
    return was_doubted;
}

void token_keeper::renewed_in_vain()
{
    if (!from_file()) // a file's token is another one because somebody wrote it
        in_vain_at_ = clock_.now();
}

void token_keeper::forget_doubts()
{
    doubter_.reset();
    doubter_is_known_ = false;
    doubts_ = 0;
}

// One job's 401 may be its own. When a second job's follows, and nothing in between showed the token to be good, it is
// dead, and the others need not find out one by one. Jobs that were never answered do not condemn it among themselves:
// somebody may have handed over many that are not for us. A token that was never taken is given up after a row of
// refusals, or when the row begins anew.
bool token_keeper::doubted(const shared_token& used, watch_number asker, bool known, bool repeats)
{
    if (repeats && !from_file())
        return false; // it was renewed already because of this watch
    if (used != jwt_)
        return true;
    if (!from_file() && !known && taken_within(trusted_for))
        return false;
    const bool is_second = doubter_ && *doubter_ != asker;
    const bool again = doubter_ && *doubter_ == asker;
    doubter_is_known_ = doubter_is_known_ || known;
    doubter_ = doubter_.value_or(asker);
    ++doubts_;
    const bool dead = proven_ ? is_second && doubter_is_known_ : again || doubts_ >= most_doubts;
    if (dead)
        rejected(used);
    return dead;
}

bool token_keeper::vouched_for(bool job_was_refused) const
{
    if (from_file() && !proven_)
        return true;
    if (job_was_refused)
        return taken_within(taken_counts_for);
    if (from_file())
        return taken_within(file_token_trusted_for);
    return in_vain_at_ && span_between(*in_vain_at_, clock_.now()) <= trusted_for;
}

// A file's token that was never taken is blamed itself.
bool token_keeper::blames_job() const
{
    return taken_within(taken_counts_for) && (proven_ || !from_file());
}

bool token_keeper::taken_within(milliseconds span) const
{
    return taken_at_ && span_between(*taken_at_, clock_.now()) <= span;
}

std::string token_keeper::describe() const
{
    const boot_time now = clock_.now();
    if (!usable())
    {
        if (trouble_.empty())
            return "none yet";
        return "none: " + trouble_ + (life_.held_back(now) ? " (" + next_try() + ")" : std::string());
    }
    if (life_.expires() == never)
        return "valid until refused";
    return "valid for " + describe_duration(span_between(now, life_.expires()));
}

token_report token_keeper::report() const
{
    const boot_time now = clock_.now();
    token_report told;
    told.refused_logins = life_.refused_logins();
    told.trouble = trouble_;
    told.place = secret_place(settings_);
    if (usable())
    {
        told.state = token_state::valid;
        if (life_.expires() != never)
            told.valid_for = span_between(now, life_.expires());
        return told;
    }
    told.state = trouble_.empty() ? token_state::none_yet : token_state::troubled;
    if (settings_.credential == credential_form::token_file)
    {
        told.state = trouble_.empty() ? token_state::none_yet : token_state::no_file;
        return told;
    }
    if (life_.held_back(now))
        told.state = token_state::refused;
    const boot_time next = std::max(not_before_, life_.next_renewal());
    if (next > now && next != never)
        told.next_try_in = span_between(now, next);
    return told;
}

} // namespace jobwatch
