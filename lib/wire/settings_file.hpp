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

// What a file is for decides what it must hold.
enum class file_use : unsigned char
{
    authorities,
    unread_authorities, // nobody asks them while verify = "none"
    client_certificate,
    client_key,
    password,
    token,
    refresh_token,
};

struct file_question
{
    std::string path;
    file_use use = file_use::password;
    std::string
        certificate{}; // of a client_key, the file whose certificate it must fit; "" = none that was found
};

// Looks at a place: empty when nothing stands there, "" for a file that serves, else in a sentence why it does not, and
// what is allowed ("CA file /etc/ca.pem: holds no certificate; allowed are ..."). A parameter, since this floor touches
// no file.
using file_look = std::optional<std::string> (*)(const file_question& asked);

boost::system::result<settings, std::vector<settings_mistake>>
parse_settings(std::string_view text, const settings_folders& folders, file_look look);

} // namespace jobwatch
