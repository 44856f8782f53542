#include "wire/detail_sentence.hpp"

#include <algorithm>
#include <array>

namespace jobwatch
{

namespace
{

constexpr std::string_view space = " \t\r\n\v\f";
constexpr std::string_view clause_ends = ".,:;!?";
constexpr std::string_view around_words = ".,:;!?()[]{}<>\"'";

constexpr std::array<std::string_view, 5> denials_before{"no", "0", "zero", "none", "without"};
constexpr std::array<std::string_view, 3> denials_after{"0", "zero", "none"};

bool is_one_of(std::string_view word, const auto& denials)
{
    const auto same = normalised_word(word);
    return std::find(denials.begin(), denials.end(), same) != denials.end();
}

// A word of a sentence, without what stands around it.
struct sentence_word
{
    std::string_view text;
    bool ends_clause = false;
};

// Takes the next word; an empty one at the end. The last word of a cut text is none: it may be a part of one.
sentence_word take_word(std::string_view& rest, bool cut)
{
    rest.remove_prefix(std::min(rest.find_first_not_of(space), rest.size()));
    const auto end = rest.find_first_of(space);
    auto word = rest.substr(0, end);
    rest.remove_prefix(std::min(end, rest.size()));
    if (cut && rest.empty())
        return {};
    const auto first = word.find_first_not_of(around_words);
    if (first == std::string_view::npos)
        return {word.substr(0, 0), false};
    const auto last = word.find_last_not_of(around_words);
    const bool ends_clause = word.find_first_of(clause_ends, last + 1) != std::string_view::npos;
    return {word.substr(first, last - first + 1), ends_clause};
}

bool is_denied_after(std::string_view rest, bool cut)
{
    return is_one_of(take_word(rest, cut).text, denials_after);
}

} // namespace

bool says_failure(const json_value_seen& entry, const std::vector<std::string>& failure_words)
{
    if (entry.type != json_type::string)
        return false;
    if (!entry.text_cut && holds_word(failure_words, entry.text))
        return true;
    bool denied = false;
    for (auto rest = entry.text; !rest.empty();)
    {
        const auto word = take_word(rest, entry.text_cut);
        if (!word.text.empty() && holds_word(failure_words, word.text) && !denied
            && !is_denied_after(rest, entry.text_cut))
            return true;
        denied = !word.ends_clause && (denied || is_one_of(word.text, denials_before));
    }
    return false;
}

} // namespace jobwatch
