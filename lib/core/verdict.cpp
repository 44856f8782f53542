#include "core/verdict.hpp"

#include <algorithm>

namespace jobwatch
{

verdict judge(const reading& given, const kind& family)
{
    const auto by_word = judge_word(given.status, family);
    if (by_word != verdict::succeeded)
        return by_word;
    // A cancelled job ends as "completed" with `abort`; but `abort` also turns true when somebody cancels a
    // job that has already done everything.
    if (given.abort && given.done != done_part::all)
        return verdict::cancelled;
    return given.done == done_part::some ? verdict::partial : verdict::succeeded;
}

verdict judge_word(std::string_view status, const kind& family)
{
    const auto word = normalised_word(status);
    if (word.empty())
        return verdict::wordless;
    const auto stands_in = [&](const std::vector<std::string>& words)
    { return std::ranges::find(words, word) != words.end(); };
    if (stands_in(family.failed))
        return verdict::failed;
    if (stands_in(family.cancelled))
        return verdict::cancelled;
    if (stands_in(family.succeeded))
        return verdict::succeeded;
    return stands_in(family.pending) ? verdict::pending : verdict::unrecognised;
}

} // namespace jobwatch
