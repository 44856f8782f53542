// What a kind that somebody configures must be like. Each check gives "" when all is well, and else what is
// wrong, for a person who reads it behind the value.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace jobwatch
{

inline constexpr std::size_t max_kind_name = 64;  // bytes, as the next two
inline constexpr std::size_t max_kind_path = 256; // goes into every request
inline constexpr std::size_t max_status_pointer = 256;
inline constexpr std::size_t max_pointer_tokens = 32; // documents are not read deeper
inline constexpr std::size_t max_kind_words = 64;     // of one list in the configuration
inline constexpr std::size_t max_configured_kinds = 200;

// vendor/name, both of a-z 0-9 and '-'
std::string wrong_with_kind_name(std::string_view name);

// "/api/v1/.../{id}": it goes into requests as it stands, with the job id in the place of its one {id}.
std::string wrong_with_kind_path(std::string_view path);

// An RFC 6901 pointer to a value within the document.
std::string wrong_with_status_pointer(std::string_view pointer);

// As the appliance writes it; longer words are cut where documents are read, so they would never match.
std::string wrong_with_status_word(std::string_view word);

} // namespace jobwatch
