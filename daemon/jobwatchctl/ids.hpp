// Job ids from the command line and, where it says "-", from standard input: one a line; blank lines, and what follows
// a "#", are skipped. Whether an id is a good one is for the daemon to say.
#pragma once

#include <boost/system/result.hpp>

#include <iosfwd>
#include <string>
#include <vector>

namespace jobwatch::ctl
{

// Longer words are no ids, whatever they are.
inline constexpr std::size_t max_id_text = 4096; // bytes

struct bad_ids
{
    std::string text; // for a person
};

boost::system::result<std::vector<std::string>, bad_ids>
read_ids(const std::vector<std::string>& arguments, std::istream& in);

} // namespace jobwatch::ctl
