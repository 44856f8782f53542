// What a person can do about a fault on the way to an appliance, in plain words.
#pragma once

#include "core/connection_fault.hpp"
#include "core/settings.hpp"

#include <string>

namespace jobwatch
{

// Where the fault was met.
struct fault_place
{
    const appliance_settings& appliance;
    const node_address& node;
    connection_step step = connection_step::resolve;
    bool made_up = true; // the job that is read: nobody asked for it
};

// "" for connection_fault::none only. Names keys of the configuration and files, and never what a file holds.
std::string advice_for(connection_fault fault, const fault_place& at);

// Where a login that the appliance refuses may be wrong. `file` is the secret's; "" = it is not named.
std::string what_to_check_of_login(credential_form form, const std::string& file);

} // namespace jobwatch
