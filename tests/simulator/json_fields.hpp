// Reads the members of a JSON object that a person wrote, each with what is allowed for it. The first mistake is
// kept, in words that name what is allowed; a member that nobody asked for is a mistake, too. Ask for every
// member that may be there, then for the mistake.
#pragma once

#include "clock.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace jobwatch::simulator
{

// What is wrong with something that a person wrote.
struct complaint
{
    std::string message;
};

class json_fields
{
public:
    // The object must live as long as this.
    explicit json_fields(const boost::json::object& of) : of_{of} {}

    // Nothing when the member is missing or wrong.
    std::optional<std::string> text(std::string_view name, std::size_t limit);
    std::optional<duration> length(std::string_view name, duration least = {});
    std::optional<std::uint64_t> whole(std::string_view name, std::uint64_t least, std::uint64_t most);
    std::optional<double> fraction(std::string_view name);
    std::optional<bool> flag(std::string_view name);
    // The position of the word among those allowed.
    std::optional<std::size_t> word(std::string_view name, std::span<const std::string_view> allowed);
    // The member as it is, for those who check it themselves.
    const boost::json::value* any(std::string_view name);

    void blame(std::string_view name, const std::string& needs);

    // The first mistake so far, unknown members included.
    std::optional<complaint> mistake() const;

private:
    const boost::json::object& of_;
    std::vector<std::string_view> known_;
    std::optional<complaint> first_;
};

// "a, b or c".
std::string listed(std::span<const std::string_view> words);

} // namespace jobwatch::simulator
