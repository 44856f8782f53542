// The commands: each asks the daemon (or, check-config, a file), prints, and gives the program's exit code.
#pragma once

#include "jobwatchctl/console.hpp"
#include "jobwatchctl/daemon_link.hpp"
#include "jobwatchctl/waiting.hpp"

#include <optional>
#include <string>
#include <vector>

namespace jobwatch::ctl
{

struct submit_options
{
    std::vector<std::string> jobs;
    std::string appliance; // "" = not said, as for the next three
    std::string kind;
    std::string overdue_after;
    std::string give_up_after;
    watch_labels labels;
    bool again = false;
    bool wait = false; // for the ends of what was submitted
    std::optional<milliseconds> timeout;
};

struct list_options
{
    std::string state; // "" = all
    std::vector<std::string> outcomes;
    std::string appliance;
    std::string kind;
    watch_labels labels;
    std::uint64_t limit = 0; // 0 = all
};

struct show_options
{
    std::string job; // or, when empty:
    watch_number watch = 0;
};

struct follow_options
{
    std::string from = "tail"; // or "begin", or LOG:SEQ
    std::string cursor_file;   // "" = none
    std::vector<std::string> events;
    std::string appliance;
    watch_labels labels;
};

// What check-config asks the appliances, if it is to connect at all.
struct connect_wish
{
    std::string appliance; // "" = all
    std::string kind;      // "" = the configuration's default
    std::string job;       // "" = one that is made up
};

exit_code run_submit(const submit_options& options, const surroundings& around);
exit_code run_list(const list_options& options, const surroundings& around);
exit_code run_show(const show_options& options, const surroundings& around);
exit_code run_explain(const watch_selection& which, const surroundings& around);
exit_code run_follow(const follow_options& options, const surroundings& around);
exit_code run_remove(const watch_selection& which, const surroundings& around);
exit_code run_poll(const watch_selection& which, const surroundings& around);
exit_code run_status(const surroundings& around);
exit_code run_backup(const std::string& file, const surroundings& around);
exit_code run_kinds(const surroundings& around);
exit_code run_version(const surroundings& around);
exit_code run_check_config(
    const std::string& file, const surroundings& around,
    const std::optional<connect_wish>& connect = std::nullopt);

} // namespace jobwatch::ctl
