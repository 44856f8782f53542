// The domains of the appliance: what is in one is not there for a token of another.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobwatch::simulator
{

// Domains are numbered; the root is always there, and the first.
using domain_number = std::size_t;
constexpr domain_number root_domain = 0;

constexpr std::string_view root_name = "root";

// As tokens and clients have it, beside the name.
std::string domain_id(domain_number number);

struct domain_list
{
    std::vector<std::string> names{std::string(root_name)};

    // By name or id; nothing when there is none.
    std::optional<domain_number> find(std::string_view text) const;
};

} // namespace jobwatch::simulator
