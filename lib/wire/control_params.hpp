// Reads the parameters of one request, strictly: each method asks for the parameters it knows, then finish()
// refuses what was given beside them. The first thing wrong is kept; what is asked for after that stays as it
// was.
#pragma once

#include "core/command.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobwatch
{

inline constexpr std::size_t max_control_name = 256; // bytes of an appliance, a kind or a log id

class control_params
{
public:
    explicit control_params(const boost::json::object& given) : given_(given) {}

    void text(std::string_view name, std::optional<std::string>& to);
    void flag(std::string_view name, bool& to);
    void number(std::string_view name, std::uint64_t least, std::uint64_t most, std::uint64_t& to);
    void
    duration(std::string_view name, milliseconds least, milliseconds most, std::optional<time_limit>& to);
    void labels(std::string_view name, watch_labels& to);
    void words(std::string_view name, std::string_view allowed, std::vector<std::string>& to);

    // "jobs" and "watches" together, at most max_jobs_per_request of them.
    void jobs(std::vector<std::string>& to);
    void watches(std::vector<watch_number>& to);
    void selection(watch_selection& to);

    // For what is special to one method.
    const boost::json::value* take(std::string_view name);
    void refuse(std::string_view name, const boost::json::value& given, std::string_view allowed);
    void refuse_missing(std::string_view name, std::string_view allowed);
    void refuse_too_many(std::string_view name, std::size_t given);
    bool refused() const { return refusal_.has_value(); }

    // Also refuses parameters that nobody asked for.
    std::optional<refusal> finish();

private:
    const boost::json::array* elements(std::string_view name, std::string_view allowed);

    const boost::json::object& given_;
    std::vector<std::string> known_;
    std::optional<refusal> refusal_;
};

// A value from outside for a message: short, on one line.
std::string shown(const boost::json::value& given);

} // namespace jobwatch
