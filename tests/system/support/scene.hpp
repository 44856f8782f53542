// A daemon and the appliance that it watches. A test decides when each job ends and what the weather is, looks at a
// watch and at the appliance as a person would, and reads in the simulator's ledger what was asked.
#pragma once

#include "support/daemon_process.hpp"
#include "support/simulator_control.hpp"

namespace jobwatch::test
{

// A UUID by its number.
std::string job_id(int number);
std::vector<std::string> job_ids(int first, int count);

// Jobs with documents of their own: in progress until they are ended.
void begin_jobs(const simulator_control& appliance, const std::vector<std::string>& ids);
void end_jobs(const simulator_control& appliance, const std::vector<std::string>& ids);

boost::json::array json_of(const std::vector<std::string>& ids);

class scene
{
public:
    // `appliance`: lines of its section; `poll`: of [poll], instead of the usual ones.
    explicit scene(
        const std::vector<std::string>& simulator_options = {}, const std::string& appliance = {},
        const std::string& poll = {});

    simulator_process simulator;
    simulator_control control;
    daemon_process daemon; // not started

    void begin(const std::vector<std::string>& ids) { begin_jobs(control, ids); }
    void end(const std::vector<std::string>& ids) { end_jobs(control, ids); }
    void submit(const std::vector<std::string>& ids, const std::string& appliance = "sim");

    boost::json::object watch(const std::string& id); // as `get` tells it
    boost::json::object report(const std::string& appliance = "sim");
    std::string last_error(const std::string& id);                     // of the watch
    std::string appliance_error(const std::string& appliance = "sim"); // the whole text

    // How many endings the events have, of these jobs; each must have ended as `outcome`, or it throws.
    std::size_t endings(const std::vector<std::string>& ids, const std::string& outcome = "succeeded");
    // All of them, once each, before patience ends.
    bool all_end(const std::vector<std::string>& ids, const std::string& outcome = "succeeded");

    std::size_t told(std::string_view event) const { return daemon.logged(event).size(); }
};

} // namespace jobwatch::test
