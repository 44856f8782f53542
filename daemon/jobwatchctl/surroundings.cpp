#include "jobwatchctl/surroundings.hpp"

#include <ostream>

namespace jobwatch::ctl
{

exit_code complain(const surroundings& around, const trouble& met)
{
    around.io.complain(met.text);
    return code_of(met);
}

void print_json(const surroundings& around, std::string_view raw)
{
    around.io.out << shown_json(around.io, raw) << '\n';
}

} // namespace jobwatch::ctl
