// What one entry of `detailed_status` says, for kinds whose entries are sentences.
#pragma once

#include "wire/document_fields.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace jobwatch
{

// Does the entry say failure in one of these words (normalised)? The word may be the whole entry, or one of a
// sentence: "Failed to read", "synchronization failed: no permission". A word that its clause denies is no
// evidence ("no version failed", "5 done, 0 failed", "failed: 0"), nor is a part of a word.
bool says_failure(const json_value_seen& entry, const std::vector<std::string>& failure_words);

} // namespace jobwatch
