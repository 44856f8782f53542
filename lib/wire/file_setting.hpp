// A file that the configuration names: searched for in the folders where such files are kept.
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

// Leaves `to` alone when the key is absent. A file that is nowhere is a mistake that lists the places, and what stands there but is no
// file that we can read is one, too; `to`
// then holds the name as it stands, so that the file does not count as missing, too.
void read_file_name(settings_reader& from, std::string_view key, const file_search& search, std::string& to);

} // namespace jobwatch
