#include "core/job_id.hpp"

#include <algorithm>

namespace jobwatch
{

namespace
{

// The locale's own idea of letters must not decide what an id is.
bool is_digit(char each)
{
    return each >= '0' && each <= '9';
}

char lower(char each)
{
    return each >= 'A' && each <= 'Z' ? static_cast<char>(each - 'A' + 'a') : each;
}

bool is_hexadecimal(char each)
{
    return is_digit(each) || (lower(each) >= 'a' && lower(each) <= 'f');
}

bool may_stand_in_job_id(char each)
{
    const bool letter = lower(each) >= 'a' && lower(each) <= 'z';
    return letter || is_digit(each) || std::string_view("._~:-").find(each) != std::string_view::npos;
}

} // namespace

result<job_id> parse_job_id(std::string_view text)
{
    if (text.empty() || text.size() > max_job_id_length || text == "." || text == "..")
        return errc::bad_job_id;
    if (!std::ranges::all_of(text, may_stand_in_job_id))
        return errc::bad_job_id;
    std::string written(text);
    if (is_uuid(text))
        std::ranges::transform(written, written.begin(), lower);
    return job_id(std::move(written));
}

bool is_uuid(std::string_view text)
{
    if (text.size() != 36)
        return false;
    for (std::size_t at = 0; at < text.size(); ++at)
    {
        const bool dash = at == 8 || at == 13 || at == 18 || at == 23;
        if (dash ? text[at] != '-' : !is_hexadecimal(text[at]))
            return false;
    }
    return true;
}

} // namespace jobwatch
