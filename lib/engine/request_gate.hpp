// Every request to an appliance passes here, polls, logins, probes and repeats alike: the budget and the number
// in flight (promise 5), and which node is asked. Logins go before polls, since polls need what they bring.
#pragma once

#include "core/node_choice.hpp"
#include "core/request_budget.hpp"
#include "core/request_window.hpp"
#include "core/settings.hpp"
#include "engine/chance.hpp"
#include "engine/ports/watch_store.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace jobwatch
{

// A request that was let out; given back when it has ended.
struct request_pass
{
    asked_node to;
    watch_number asker = 0; // for which watch, set by who polls it; 0: a login
    request_class what = request_class::poll;
    request_window::round round = 0;
    bool was_doubtful = false; // the watch's last answer was trouble that may be its job's alone
};

// Something changed about a node.
struct node_news
{
    enum class kind : unsigned char
    {
        opened, // it is ill, and left alone but for probes
        closed, // it is well again
        proven, // the first answer since the start, of any node
    };
    kind what = kind::proven;
    std::size_t node = 0;
    std::string why;
};

// After this we look whether we may open a socket again.
inline constexpr milliseconds own_limit_pause{1'000};

class request_gate
{
public:
    using node_listener = std::function<void(const node_news&)>;

    request_gate(const appliance_settings& settings, boot_time now, chance& random, node_listener on_node);

    // Takes one request's place; then exactly one of the four below must follow.
    std::optional<request_pass> pass(request_class what, boot_time now);

    // The poll that passed has met an ill node already: it is no probe while another node serves.
    void spare_the_probe(request_pass& passed) { passed.to = nodes_.spare_the_probe(passed.to); }

    // When pass() may next succeed; `never` while that depends on an answer under way.
    boot_time opens_at(request_class what, boot_time now) const;

    // May the bytes of a request that has passed go out now? Opening a connection takes time, and what a window of
    // time holds is what was sent in it: so the budget is asked twice, for the attempt and for the sending.
    bool may_send(const request_pass& passed, boot_time now);

    // --- how the request ended --------------------------------------------------------------------------------
    void answered(const request_pass& ended);
    void troubled(const request_pass& ended, const asking_error& error, boot_time now);
    void dropped(const request_pass& ended);   // we ended it ourselves
    void held_back(const request_pass& ended); // may_send() said no: it passes again later

    // A login wants to pass: polls wait until it has.
    void login_waits(bool waits) { login_waits_ = waits; }
    bool login_is_waiting() const { return login_waits_; }

    const node_choice& nodes() const { return nodes_; }
    bool any_serves() const { return nodes_.serving().has_value(); }

    // Was the request's node found ill, and may another one be asked in its place?
    bool another_serves(const request_pass& ended) const
    {
        return nodes_.health(ended.to.node).open() && any_serves();
    }

    // Nothing at all is sent before this moment, because the appliance said so; boot_time{} when it never did.
    boot_time paused_until() const { return paused_until_; }
    const request_window& window() const { return window_; }
    std::uint64_t passed() const { return passed_; }
    std::uint32_t in_flight() const { return in_flight_; }

private:
    void pause_until(boot_time until);
    void end(const request_pass& ended);
    void tell(breaker::change change, std::size_t node, std::string why);
    void tell_proven(std::size_t node);

    request_budget attempts_; // requests let out, connections to be opened for them included
    request_budget sendings_; // requests whose bytes went out
    node_choice nodes_;
    request_window window_;
    milliseconds retry_after_limit_;
    boot_time paused_until_{};
    chance& random_;
    node_listener on_node_;
    std::uint64_t passed_ = 0;
    std::uint32_t in_flight_ = 0;
    bool login_waits_ = false;
    bool login_unsent_ = false; // one has passed and opens its connection: the next sending is its
    bool proven_ = false;       // an answer has come since the start
};

} // namespace jobwatch
