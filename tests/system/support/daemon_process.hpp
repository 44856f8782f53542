// jobwatchd as a process of its own, with a configuration and all its folders in a temporary directory.
#pragma once

#include "support/simulator_process.hpp"
#include "support/unix_client.hpp"

namespace jobwatch::test
{

// The configuration by sections: lines that replace or add to the ones below.
struct daemon_wish
{
    std::string url;
    std::string username = "jobwatch";
    std::string password_file;
    std::string credential; // lines instead of the two above, of another form
    std::string ca_file;    // "" = no such line
    std::string appliance;  // more lines of [appliance.sim]
    std::string poll =
        "first_after = \"50ms\"\nmin_interval = \"50ms\"\nmax_interval = \"1s\"\nbackoff = 0.1\n";
    std::string more; // more sections
};

daemon_wish watching(const simulator_process& simulator, const std::string& appliance = {});

class daemon_process
{
public:
    explicit daemon_process(daemon_wish wish);

    daemon_wish wish;
    std::map<std::string, std::string> environment;
    std::vector<std::string> wrapper; // a command that starts it, instead of the shell we are

    void write_configuration();      // from the wish
    void begin();                    // does not wait
    void start();                    // waits until control.sock answers; throws when it ends instead
    child_end stop(int signal = 15); // throws when it takes too long
    void kill();                     // as a power cut does to a process
    child_end ends();                // for a start that must fail
    child_process& process() { return *process_; }

    std::string file(const std::string& name) const { return directory_.file(name); }
    std::string control() const { return file("run/control.sock"); }
    std::string events() const { return file("run/events.sock"); }
    std::string state_file() const { return file("state/state.db"); }
    std::string events_text() const { return file_text(file("logs/events.jsonl")); }
    std::string log_text() const { return file_text(file("logs/jobwatchd.log")); }
    std::string output() const { return file_text(file("output")); }

    // The lines of events.jsonl, all or those of a type; a line that is not whole counts not yet.
    std::vector<boost::json::object> logged(std::string_view type = {}) const;
    bool comes_to_log(std::string_view words) const;
    bool comes_to_events(std::string_view type, std::size_t count = 1) const;

private:
    temporary_directory directory_;
    std::unique_ptr<child_process> process_;
};

} // namespace jobwatch::test
