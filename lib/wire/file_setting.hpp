// A file that the configuration names: searched for in the folders where such files are kept, and looked at.
#pragma once

#include "wire/settings_reader.hpp"

#include <string>
#include <string_view>

namespace jobwatch
{

struct file_search
{
    const settings_folders& folders;
    file_look look;
};

// Leaves `to` alone when the key is absent. A file that is nowhere is a mistake that lists the places, and what stands
// there but does not serve is one, too; `to` then holds the name as it stands, so that the file does not count as
// missing, too. True when there is a file, be it a good one or not.
bool read_file_name(
    settings_reader& from, std::string_view key, const file_search& search, file_use use, std::string& to);

// As before; the key must fit the certificate in the file `certificate`, unless that is "".
bool read_key_file_name(
    settings_reader& from, std::string_view key, const file_search& search, const std::string& certificate,
    std::string& to);

} // namespace jobwatch
