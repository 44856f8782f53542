// [kind."VENDOR/NAME"] of the configuration: adds a kind, or changes a built-in one.
#pragma once

#include "core/kind.hpp"
#include "wire/settings_reader.hpp"

#include <map>
#include <string>

namespace jobwatch
{

// Puts all [kind] sections over `kinds`, which holds the built-in ones.
//
// A list of words *adds* to what the kind has (a new one has the usual words): each word means what its list
// says, and leaves the list where it stood before. So one line maps one unknown word, and no list must be
// copied to change it. A word in two lists of one section is a mistake.
void read_kinds(
    settings_reader& root, std::vector<settings_mistake>& mistakes, std::map<std::string, kind>& kinds);

} // namespace jobwatch
