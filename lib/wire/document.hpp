// An appliance's job document: bytes -> reading.
#pragma once

#include "core/kind.hpp"
#include "core/reading.hpp"

#include <string>
#include <string_view>

namespace jobwatch
{

// Reads the body of an HTTP 200. It is a reading when it is a JSON object without `codeDesc` whose `id` is `job`
// (UUIDs without regard to case); otherwise the error says in words what it was instead. Unknown, missing and
// strange parts of a reading are unknown, never evidence. Nesting deeper than 32 levels is not read.
//
// Published samples of some kinds wrap the document: {"application/json":{...}}. If that is the only member, the
// object inside is read instead, with the same demands, and is the document that is kept.
explained<reading> read_document(std::string_view body, const kind& family, std::string_view job);

// The appliance's own error body: an object with `codeDesc`. Gives "NCERRResourceNotFound: Resource not found",
// at most 200 bytes; empty when the body is none.
std::string read_error_body(std::string_view body);

// JSON text without white space between its tokens, otherwise to the letter. The text must be valid JSON.
std::string compact_json(std::string_view text);

} // namespace jobwatch
