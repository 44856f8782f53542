// A kind is a family of jobs as data: where to ask, where the status stands, what its words mean.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace jobwatch
{

// What `detailed_status` tells about how much was done.
enum class detail_style : unsigned char
{
    versions,  // update-all-versions: `completed` lists ids, to be held against `version_count`
    sentences, // an entry per target with a sentence or a status word as its value
};

std::string_view to_string(detail_style value); // "versions", "sentences"

enum class kind_origin : unsigned char
{
    built_in,
    overridden, // built in, and changed by the configuration
    configured, // the configuration's own
};

std::string_view to_string(kind_origin value); // "built_in", "overridden", "configured"

struct kind
{
    std::string name;           // "google/update-all-versions"
    std::string path;           // below the appliance's base URL, with one "{id}"
    std::string status_pointer; // JSON pointer (RFC 6901) of the status
    detail_style details = detail_style::sentences;
    // Words as normalised_word gives them.
    std::vector<std::string> pending;
    std::vector<std::string> succeeded;
    std::vector<std::string> failed;
    std::vector<std::string> cancelled;
    kind_origin origin = kind_origin::built_in;
};

inline constexpr std::string_view default_kind = "google/update-all-versions";

// The kinds that need no configuration (paths: the vendor's published list of operations).
const std::vector<kind>& built_in_kinds();

// What a kind of the configuration starts from: the usual pointer and words, and no path.
kind plain_kind(std::string_view name);

// One of a kind's four lists of words.
using word_list = std::vector<std::string> kind::*;

// From now on the word means what is on this list, whatever it meant before: it leaves the other three.
void give_meaning(kind& to, word_list list, std::string_view word);

// Trimmed, lower-cased, space and '-' mapped to '_': appliances write "in progress" and "in_progress".
std::string normalised_word(std::string_view word);

// Does the list hold the word, after normalising it?
bool holds_word(const std::vector<std::string>& words, std::string_view word);

} // namespace jobwatch
