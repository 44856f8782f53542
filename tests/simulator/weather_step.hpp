// One change of the weather, as it is written in a scenario file, on the command line, or in the body of
// POST /simulator/weather: a flat JSON object. Its parts happen in the order of the members below.
#pragma once

#include "fault.hpp"

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobwatch::simulator
{

struct appliance;

struct weather_step
{
    std::optional<std::string> clear; // "all", or a fault's name
    std::optional<duration> latency;
    std::optional<duration> login_time;
    std::optional<duration> token_life;
    std::optional<fault> add;
};

boost::system::result<weather_step, complaint> read_step(const boost::json::object& text);

// An object, or an array of at most `step_limit` objects.
constexpr std::size_t step_limit = 10'000;
boost::system::result<std::vector<weather_step>, complaint> read_steps(std::string_view text);

// Takes the steps of a JSON text, an object or an array of them. What is written wrong changes nothing; a step
// that cannot be taken (such as clearing what is not there) ends it there. Answers what is wrong, else nothing.
std::optional<complaint> change_weather(appliance& of, std::string_view text, time_point now);

std::optional<complaint> take_step(appliance& of, const weather_step& step, time_point now);

} // namespace jobwatch::simulator
