// Every request to an appliance passes here, polls, logins, probes and repeats alike: the budget and the number
// in flight (promise 5), and the breaker of the node. Logins go before polls, since polls need what they bring.
#pragma once

#include "core/breaker.hpp"
#include "core/request_budget.hpp"
#include "core/settings.hpp"
#include "engine/chance.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace jobwatch
{

enum class request_class : unsigned char
{
    poll,
    login,
};

// A request that was let out; given back when it has ended.
struct request_pass
{
    std::uint32_t probe = 0; // which probe of an open breaker it is; 0: none
};

class request_gate
{
public:
    // Told when the breaker opens or closes, and why.
    using breaker_listener = std::function<void(breaker::change, const std::string& why)>;

    request_gate(
        const appliance_settings& settings, boot_time now, chance& random, breaker_listener on_breaker) :
        budget_(settings.requests_per_second, settings.burst, now),
        retry_after_limit_(settings.retry_after_limit),
        most_in_flight_(settings.connections),
        random_(random),
        on_breaker_(std::move(on_breaker))
    {
    }

    // Takes one request's place; then exactly one of the three below must follow.
    std::optional<request_pass> pass(request_class what, boot_time now);

    // When pass() may next succeed; `never` while that depends on an answer under way.
    boot_time opens_at(request_class what, boot_time now) const;

    // --- how the request ended --------------------------------------------------------------------------------
    void answered(request_pass ended);
    void troubled(request_pass ended, const asking_error& error, boot_time now);
    void dropped(request_pass ended); // we ended it ourselves

    // A login wants to pass: polls wait until it has.
    void login_waits(bool waits) { login_waits_ = waits; }
    bool login_is_waiting() const { return login_waits_; }

    bool open_breaker() const { return breaker_.open(); }
    std::uint64_t passed() const { return passed_; }
    std::uint32_t in_flight() const { return in_flight_; }

private:
    bool is_present_probe(request_pass ended) const { return ended.probe != 0 && ended.probe == probe_; }
    void tell(breaker::change change, const std::string& why);

    request_budget budget_;
    breaker breaker_;
    milliseconds retry_after_limit_;
    std::uint32_t most_in_flight_;
    chance& random_;
    breaker_listener on_breaker_;
    std::uint64_t passed_ = 0;
    std::uint32_t in_flight_ = 0;
    std::uint32_t probe_ = 0; // number of the newest probe
    bool login_waits_ = false;
};

} // namespace jobwatch
