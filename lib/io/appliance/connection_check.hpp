// Tries the way to an appliance, step by step, and tells what each step has shown; beside the daemon, with the same
// connections, deadlines and limits.
#pragma once

#include "core/connection_report.hpp"
#include "io/appliance/appliance_link.hpp"

#include <memory>
#include <string>
#include <vector>

namespace jobwatch
{

// Logins without an answer, which may have been counted as refused all the same.
inline constexpr int max_unanswered_logins = 2;

// The one job that is asked for.
struct wished_read
{
    kind family;
    std::string job;     // a valid job id
    bool made_up = true; // nobody asked for it: the appliance should not know it
};

// Opens a connection to each node, one after the other. Then one login and one read, on the first node that could be
// reached. Where that node turns out not to serve (as may_ask_next_node() says), the next one is asked instead; but never
// after a refusal, nor when max_unanswered_logins are out: an account must not be locked by us. Ends within the
// appliance's deadlines, for each step.
asio::awaitable<connection_facts>
check_connection(std::shared_ptr<appliance_link> link, const wished_read& wish);

// All of these, side by side, in the order given. Blocks until the last one has ended. What keeps an appliance from being
// asked at all (a file that has changed since the configuration was read) is told as a failed login.
std::vector<connection_facts> check_connections(
    const std::vector<const appliance_settings*>& appliances, const wished_read& wish,
    const lookup_function& lookup = system_lookup);

} // namespace jobwatch
