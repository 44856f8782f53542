// Reads the configuration file and checks everything that can be checked before the daemon starts.
#pragma once

#include "core/settings.hpp"

#include <string>
#include <vector>

namespace jobwatch
{

struct configuration
{
    settings values;
    std::vector<std::string> warnings; // allowed, but worth a line in the log
};

// Descriptors beside those of clients and connections: files, the database, name resolution, the journal, with room.
inline constexpr std::uint64_t reserved_descriptors = 64;

// Serves fewer clients where the process may not have as many descriptors open, and warns: polling must never be the
// one that finds none left. Fails when there are too few even for the appliances' connections and one client.
explained<void> fit_to_descriptors(configuration& read, std::uint64_t limit);

// Every mistake at once, each a line for a person; those of the files that it names, too.
boost::system::result<configuration, std::vector<std::string>> read_configuration(const std::string& path);

} // namespace jobwatch
