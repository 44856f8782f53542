// The simulator's own paths, /simulator/..., asked over TLS: a test changes the weather and reads the ledger.
#pragma once

#include "support/simulator_process.hpp"

#include <cstdint>

namespace jobwatch::test
{

// One request as the simulator saw it.
struct seen_request
{
    std::int64_t arrived_us = 0; // since 1970
    std::string what;            // login, refresh, read, ...
    int node = 0;                // from 1
    std::string job;             // "" when it is for none
    int status = 0;              // 0: none was told
    int in_flight = 0;           // itself included
};

class simulator_control
{
public:
    explicit simulator_control(const simulator_process& simulator) : simulator_(simulator) {}

    // Each throws when it is answered with anything but 200; `path` is what follows /simulator/.
    boost::json::value get(const std::string& path) const;
    boost::json::value post(const std::string& path, const boost::json::value& body) const;

    void weather(const boost::json::value& step) const { post("weather", step); }
    void clear(const std::string& fault = "all") const { weather({{"clear", fault}}); }
    void node(int number, const boost::json::object& plan) const
    {
        post("nodes/" + std::to_string(number), plan);
    }
    boost::json::object ledger() const { return get("ledger").as_object(); }
    int counted(std::string_view name) const; // a number of the ledger's

    // In order of arrival; `filter` as of the time line, such as "class=read&node=2".
    std::vector<seen_request> requests(const std::string& filter = {}) const;
    // The smallest burst for which no window of time had more than rate x its length + burst.
    double burst_needed(double rate) const;

private:
    std::string ask(const std::string& head, const std::string& body) const;

    const simulator_process& simulator_;
};

} // namespace jobwatch::test
