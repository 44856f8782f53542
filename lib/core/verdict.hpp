// The design's table of verdicts: what a reading says about the job.
#pragma once

#include "core/kind.hpp"
#include "core/reading.hpp"

#include <string_view>

namespace jobwatch
{

enum class verdict : unsigned char
{
    pending,
    succeeded,
    partial,
    failed,
    cancelled,
    unrecognised, // a word that is on none of the kind's lists
    wordless,     // no status at all
};

// Pure and total; first match wins: failure word, cancel word, success word (with abort, then some, then
// plain), pending word, none.
verdict judge(const reading& given, const kind& family);

// The verdict by the status word alone, for deciding early whether a document can be an ending.
verdict judge_word(std::string_view status, const kind& family);

} // namespace jobwatch
