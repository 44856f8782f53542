#include "domains.hpp"

#include "seeded.hpp"

namespace jobwatch::simulator
{

std::string domain_id(domain_number number)
{
    if (number == root_domain)
        return "00000000-0000-0000-0000-000000000000";
    seeded chance(number, stream::domains, 0);
    return draw_uuid(chance);
}

std::optional<domain_number> domain_list::find(std::string_view text) const
{
    for (domain_number number = 0; number < names.size(); ++number)
        if (names[number] == text || domain_id(number) == text)
            return number;
    return std::nullopt;
}

} // namespace jobwatch::simulator
