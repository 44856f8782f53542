// Keeps one appliance's token fresh: one renewal at a time, before it expires and after a 401. Polls wait while
// there is none; they do not fail. When to renew and how is core/token_life's to say.
#pragma once

#include "core/event.hpp"
#include "core/explanation.hpp"
#include "core/settings.hpp"
#include "core/token_life.hpp"
#include "engine/appliance_conditions.hpp"
#include "engine/ports/appliance_api.hpp"
#include "engine/ports/clock.hpp"
#include "engine/ports/diagnostics.hpp"
#include "engine/request_gate.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace jobwatch
{

using shared_token = std::shared_ptr<const std::string>;

// Wiped when the last one lets go of it.
shared_token share_token(const std::string& jwt);

// While there is no token to be had, the secret's file is looked at this often.
inline constexpr milliseconds secret_check_interval{2'000};

class token_keeper
{
public:
    // `on_change` is called when usable() may have changed or the gate was passed: the scheduler looks again.
    token_keeper(
        const appliance_settings& settings, appliance_api& api, request_gate& gate, clock& time,
        appliance_conditions& conditions, diagnostics& log, std::function<void()> on_change);

    // Runs until stop().
    asio::awaitable<void> run();
    void stop();

    // A request has ended, so that a login waiting for its place may go now.
    void place_is_free();

    bool usable() const;
    shared_token jwt() const { return jwt_; }

    // What a poll with this token met: 401, or any answer that shows the token was taken.
    void rejected(const shared_token& used);
    // True: polls were refused with this token before it was taken at all, so that their 401 may have been its fault.
    bool accepted(const shared_token& used);

    // A poll was repeated with a fresh token and met a 401 again: renewing the token is of no use for now.
    void renewed_in_vain();

    // A watch's poll met a 401 although it was vouched for. True: that is no word about its job, and the poll is to be
    // repeated with another token, since this one was given up because of it, or was replaced meanwhile.
    // `known`: an earlier poll of the watch was answered as only a good token lets it be. `repeats`: it is a repeat
    // already.
    bool doubted(const shared_token& used, watch_number asker, bool known, bool repeats);

    // Does one job's 401 leave the token in use, until doubted() says otherwise? `job_was_refused`: its 401 came in
    // spite of a fresh token before.
    bool vouched_for(bool job_was_refused) const;

    // Was a token of ours taken so lately that a 401 which leaves it in use is the job's own?
    bool blames_job() const;

    std::uint64_t logins() const { return logins_; }
    const std::string& trouble() const { return trouble_; } // why there is no token; "" when all is well
    std::string describe() const; // for a person: "valid for 2 min 10 s", "none: ..."
    token_report report() const;  // the same in parts

private:
    bool from_file() const { return settings_.credential == credential_form::token_file; }
    void forget_doubts();
    void recall_refusals();
    void forget_refusals_of_another_secret();
    std::string next_try() const;
    std::string credential_stamp() const;
    bool secret_was_replaced() const;
    asio::awaitable<void> renew(renewal how, request_pass pass);
    asio::awaitable<grant_answer> ask(renewal how, const request_way& way);
    void take_grant(token_grant given, request_pass pass);
    void take_error(renewal how, const asking_error& error, request_pass pass);
    void take_refusal(const asking_error& error, boot_time now);
    asio::awaitable<void> follow_file();
    void take_file(grant_answer read);
    void take_file_token(token_grant read);
    std::string refusal_of(const token_grant& read) const;
    boot_time next_look(boot_time now) const;
    bool taken_within(milliseconds span) const;
    void warn_once(const std::string& text);

    const appliance_settings& settings_;
    appliance_api& api_;
    request_gate& gate_;
    clock& clock_;
    appliance_conditions& conditions_;
    diagnostics& log_;
    std::function<void()> on_change_;
    std::unique_ptr<wake_timer> timer_;
    token_life life_;
    shared_token jwt_;
    boot_time not_before_{};         // after a fresh token was rejected
    milliseconds rejection_pause_{}; // doubled with each such token, until one is accepted
    // Of the refusals in a row that left the token in use, since it was last taken:
    std::optional<watch_number> doubter_; // whom the first one was for
    bool doubter_is_known_ = false;       // or a later one
    std::uint32_t doubts_ = 0;
    std::optional<boot_time> in_vain_at_; // when a renewal was last of no use
    std::string asked_with_;    // credential_stamp() at the last login, or a token file's stamp when read
    shared_token refused_;      // the file's token that met a 401, until there is another
    std::string refused_stamp_; // credential_stamp() of the refused logins, while there are some
    std::uint64_t logins_ = 0;  // renewals too
    std::string trouble_;       // the last one told, so that it is told once
    bool proven_ = true;        // the present token was accepted once
    std::optional<boot_time> taken_at_; // when a token of ours was last taken
    bool stopping_ = false;
};

} // namespace jobwatch
