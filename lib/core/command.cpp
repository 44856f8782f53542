#include "core/command.hpp"

#include <stdexcept>

namespace jobwatch
{

namespace
{

template <class Asked>
constexpr bool is_a_change = false;
template <>
constexpr bool is_a_change<submit_command> = true;
template <>
constexpr bool is_a_change<remove_command> = true;
// A poll out of turn spends the appliance's budget: whoever may only read must not be able to.
template <>
constexpr bool is_a_change<poll_command> = true;
// It writes a file with the daemon's rights.
template <>
constexpr bool is_a_change<backup_command> = true;

} // namespace

void throw_exception_from_error(const refusal& error, const boost::source_location&)
{
    throw std::runtime_error(error.message);
}

bool changes_state(const command& asked)
{
    return std::visit([]<class Asked>(const Asked&) { return is_a_change<Asked>; }, asked);
}

} // namespace jobwatch
