// The configuration file: TOML text -> settings, with every mistake reported at once.
#pragma once

#include "core/settings.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobwatch
{

// One mistake, for a person: where it is, what stands there, what is allowed.
struct settings_mistake
{
    std::size_t line = 0; // 0: the file as a whole
    std::string key;      // "appliance.prod.verify"
    std::string text;
};

// "FILE:12: appliance.prod.verify = \"yes\": allowed are \"full\" and \"none\""
std::string describe(const settings_mistake& mistake, std::string_view file);

// Where relative file names of the configuration are looked for, in this order.
struct settings_folders
{
    std::string credentials; // $CREDENTIALS_DIRECTORY; "" = none
    std::string beside;      // the configuration file's own folder: first its credentials/, then itself
};

// What stands at a place: empty when nothing, "" for a file that we can read, else why it is none ("is a folder"). A
// parameter, since this floor touches no file.
using file_look = std::optional<std::string> (*)(const std::string& path);

boost::system::result<settings, std::vector<settings_mistake>>
parse_settings(std::string_view text, const settings_folders& folders, file_look look);

} // namespace jobwatch
