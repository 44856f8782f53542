#include "support/scripted_appliance.hpp"

#include <algorithm>
#include <limits>

namespace jobwatch::test
{

namespace
{

class scripted_connection final : public appliance_connection
{
public:
    explicit scripted_connection(appliance_script& script) :
        script_(script), timer_(script.clock.make_timer())
    {
    }

    asio::awaitable<poll_answer>
    poll(const request_way& way, const kind&, std::string_view job, std::string_view jwt) override
    {
        const std::string id(job);
        const std::string token(jwt);
        const bool dead = script_.dead_nodes.contains(way.node); // the attempt is what is seen of it
        if (!dead && opened_ != way.node && script_.opening > milliseconds{0})
        {
            const boot_time open = script_.clock.now() + script_.opening;
            co_await timer_->wait_until(open);
        }
        if (aborted_)
            co_return trouble_of(trouble::closed_early);
        opened_ = dead ? none : way.node;
        if (!dead && way.allowed && !way.allowed())
            co_return trouble_of(trouble::held_back);
        script_.ledger.push_back(
            {script_.clock.now(), appliance_script::asked_for::job, id, token, way.node, !dead});
        script_.most_in_flight = std::max(script_.most_in_flight, ++script_.in_flight);
        const std::size_t of_this = ++script_.jobs_in_flight[id];
        script_.most_of_one_job = std::max(script_.most_of_one_job, of_this);
        milliseconds latency = script_.latency_of ? script_.latency_of(id) : script_.latency;
        if (dead)
            latency = script_.dead_latency;
        const boot_time moment = script_.clock.now() + latency;
        co_await timer_->wait_until(moment);
        --script_.in_flight;
        --script_.jobs_in_flight[id];
        if (aborted_)
            co_return trouble_of(trouble::closed_early);
        co_return script_.answer(way.node, id, token);
    }

    void abort() override
    {
        aborted_ = true;
        timer_->wake();
    }

    bool connected() const override { return true; }

private:
    appliance_script& script_;
    std::unique_ptr<wake_timer> timer_;
    static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
    std::size_t opened_ = none; // to which node it is open
    bool aborted_ = false;
};

class scripted_api final : public appliance_api
{
public:
    explicit scripted_api(appliance_script& script) : script_(script), timer_(script.clock.make_timer()) {}

    std::unique_ptr<appliance_connection> make_connection() override
    {
        return std::make_unique<scripted_connection>(script_);
    }

    asio::awaitable<grant_answer> login(const request_way& way) override
    {
        if (script_.token_file)
            co_return script_.token_file();
        const std::string nothing;
        grant_answer given = co_await ask(appliance_script::asked_for::login, nothing, way);
        co_return given;
    }

    asio::awaitable<grant_answer> refresh(const request_way& way, std::string_view refresh_token) override
    {
        const std::string shown(refresh_token);
        grant_answer given = co_await ask(appliance_script::asked_for::refresh, shown, way);
        co_return given;
    }

    void abort() override
    {
        aborted_ = true;
        timer_->wake();
    }
    std::string secret_stamp() const override { return script_.secret_stamp; }

private:
    asio::awaitable<grant_answer>
    ask(appliance_script::asked_for what, std::string shown, const request_way& way)
    {
        const std::size_t node = way.node;
        const bool dead = script_.dead_nodes.contains(node);
        if (!dead && script_.opening > milliseconds{0})
        {
            const boot_time open = script_.clock.now() + script_.opening;
            co_await timer_->wait_until(open);
        }
        if (aborted_)
            co_return trouble_of(trouble::closed_early);
        if (!dead && way.allowed && !way.allowed())
            co_return trouble_of(trouble::held_back);
        script_.ledger.push_back({script_.clock.now(), what, "", std::move(shown), node, !dead});
        script_.most_in_flight = std::max(script_.most_in_flight, ++script_.in_flight);
        script_.most_logins_in_flight = std::max(script_.most_logins_in_flight, ++script_.logins_in_flight);
        const boot_time moment = script_.clock.now() + (dead ? script_.dead_latency : script_.latency);
        co_await timer_->wait_until(moment);
        --script_.in_flight;
        --script_.logins_in_flight;
        if (script_.dead_nodes.contains(node))
            co_return trouble_of(trouble::connect);
        if (what == appliance_script::asked_for::refresh && script_.on_refresh)
            co_return script_.on_refresh();
        if (script_.on_login)
            co_return script_.on_login();
        co_return script_.grant();
    }

    appliance_script& script_;
    std::unique_ptr<wake_timer> timer_;
    bool aborted_ = false;
};

} // namespace

reading pending_reading()
{
    reading given;
    given.status = "in_progress";
    return given;
}

reading completed_reading()
{
    reading given;
    given.status = "completed";
    given.done = done_part::all;
    given.versions_done = 2;
    given.version_count = 2;
    given.operation = "disable";
    given.document = "{}";
    return given;
}

asking_error trouble_of(trouble what, int http_status)
{
    asking_error error;
    error.what = what;
    error.http_status = http_status;
    error.text = "scripted trouble: " + std::string(to_string(what));
    return error;
}

std::unique_ptr<appliance_api> appliance_script::make()
{
    return std::make_unique<scripted_api>(*this);
}

grant_answer appliance_script::grant()
{
    newest_token = "token-" + std::to_string(ledger.size());
    token_expires = clock.now() + token_life;
    token_grant given;
    given.jwt = newest_token;
    given.refresh_token = "refresh";
    given.duration = token_life;
    return given;
}

poll_answer appliance_script::answer(std::size_t node, const std::string& job, const std::string& jwt)
{
    if (dead_nodes.contains(node))
        return trouble_of(trouble::connect);
    if (refuses_old_tokens && (jwt != newest_token || clock.now() >= token_expires))
        return trouble_of(trouble::unauthorized, 401);
    const auto ends = ends_at.find(job);
    if (ends != ends_at.end() && clock.now() >= ends->second)
        return completed_reading();
    return on_node_poll ? on_node_poll(node, job) : on_poll(job);
}

std::size_t appliance_script::count(asked_for what) const
{
    return static_cast<std::size_t>(
        std::count_if(ledger.begin(), ledger.end(), [&](const entry& one) { return one.what == what; }));
}

std::vector<boot_time> appliance_script::times_of(asked_for what) const
{
    std::vector<boot_time> times;
    for (const entry& one : ledger)
        if (one.what == what)
            times.push_back(one.at);
    return times;
}

std::size_t appliance_script::polls_of(const std::string& job) const
{
    return static_cast<std::size_t>(
        std::count_if(ledger.begin(), ledger.end(), [&](const entry& one) { return one.job == job; }));
}

std::size_t appliance_script::most_in_window(milliseconds window) const
{
    std::size_t most = 0;
    std::size_t first = 0;
    for (std::size_t last = 0; last < ledger.size(); ++last)
    {
        while (ledger[last].at - ledger[first].at > window)
            ++first;
        most = std::max(most, last - first + 1);
    }
    return most;
}

// Of all windows that begin and end with a request: with f(i) = i - rate * time(i), the greatest f(last) - f(first)
// + 1.
double appliance_script::most_over_rate(double per_second) const
{
    double lowest = 0;
    double most = 0;
    double number = 0;
    for (const entry& one : ledger)
    {
        if (!one.sent)
            continue;
        const std::chrono::duration<double> since_first = one.at - ledger.front().at;
        const double ahead = number - per_second * since_first.count();
        lowest = number == 0 ? ahead : std::min(lowest, ahead);
        most = std::max(most, ahead - lowest + 1);
        ++number;
    }
    return most;
}

} // namespace jobwatch::test
