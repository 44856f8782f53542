// An appliance as a script: tests say what it answers, and read in its ledger what it was asked and when.
#pragma once

#include "engine/ports/appliance_api.hpp"
#include "support/manual_clock.hpp"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace jobwatch::test
{

reading pending_reading();
reading completed_reading();
asking_error trouble_of(trouble what, int http_status = 0);

class appliance_script
{
public:
    explicit appliance_script(manual_clock& time) : clock(time) {}

    enum class asked_for : unsigned char
    {
        job,
        login,
        refresh,
    };
    struct entry
    {
        boot_time at;
        asked_for what;
        std::string job;
        std::string jwt; // or the refresh token, of a refresh
        std::size_t node = 0;
        bool sent = true; // false: there was nobody to connect to
    };

    // What it answers. By default every job is pending for ever, and tokens live five minutes.
    std::function<poll_answer(const std::string& job)> on_poll = [](const std::string&)
    { return pending_reading(); };
    std::function<poll_answer(std::size_t node, const std::string& job)> on_node_poll; // instead of on_poll
    std::set<std::size_t> dead_nodes; // no connection to these ...
    milliseconds dead_latency{10};    // ... which takes so long to find out
    std::function<grant_answer()> on_login;
    std::function<grant_answer()> on_refresh;                       // absent: as on_login
    milliseconds latency{10};                                       // of every answer ...
    std::function<milliseconds(const std::string& job)> latency_of; // ... or of each poll
    milliseconds opening{0}; // of a connection, before a request can be sent; logins open one each
    milliseconds token_life{300'000};
    bool refuses_old_tokens = true; // 401 for any but the newest token, or an expired one
    std::string secret_stamp = "the first secret";
    std::function<grant_answer()> token_file; // present: logins ask nobody, and this is what the file gives

    // Ends a job: from `after` the submit-independent moment on, polls of it give a completed reading.
    void ends(const std::string& job, boot_time at) { ends_at[job] = at; }

    std::unique_ptr<appliance_api> make();

    std::size_t count(asked_for what) const;
    std::size_t polls_of(const std::string& job) const;
    std::size_t most_in_flight = 0;
    std::size_t most_of_one_job = 0; // polls of one job in flight at once
    std::vector<boot_time> times_of(asked_for what) const;

    // The greatest number of requests in any window of this length.
    std::size_t most_in_window(milliseconds window) const;

    // The most by which the requests that were sent in any window of time, however long, exceed what the rate alone allows in it.
    double most_over_rate(double per_second) const;

    manual_clock& clock;
    std::vector<entry> ledger;
    std::map<std::string, boot_time> ends_at;
    std::string newest_token;
    boot_time token_expires{};
    std::size_t in_flight = 0;
    std::map<std::string, std::size_t> jobs_in_flight;
    std::size_t logins_in_flight = 0;
    std::size_t most_logins_in_flight = 0;

    grant_answer grant();
    poll_answer answer(std::size_t node, const std::string& job, const std::string& jwt);
};

} // namespace jobwatch::test
