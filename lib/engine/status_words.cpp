#include "engine/status_words.hpp"

namespace jobwatch
{

std::uint32_t status_words::number_of(std::string_view word)
{
    if (word.empty())
        return none;
    std::string text(word);
    const auto known = numbers_.find(text);
    if (known != numbers_.end())
        return known->second;
    if (words_.size() > max_status_words)
        return overflow;
    const auto number = static_cast<std::uint32_t>(words_.size());
    words_.push_back(text);
    numbers_.emplace(std::move(text), number);
    return number;
}

const std::string& status_words::word_of(std::uint32_t number) const
{
    return number < words_.size() ? words_[number] : words_.front();
}

} // namespace jobwatch
