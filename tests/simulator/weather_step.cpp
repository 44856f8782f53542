#include "weather_step.hpp"

#include "appliance.hpp"

#include <boost/json.hpp>

namespace jobwatch::simulator
{

namespace
{

constexpr std::size_t name_limit = 128;

using steps_result = boost::system::result<std::vector<weather_step>, complaint>;

complaint complaint_in(std::size_t number, const std::string& what)
{
    return {"step " + std::to_string(number) + ": " + what};
}

} // namespace

boost::system::result<weather_step, complaint> read_step(const boost::json::object& text)
{
    json_fields from(text);
    weather_step step;
    step.clear = from.text("clear", name_limit);
    step.latency = from.length("latency");
    step.login_time = from.length("login_time");
    step.token_life = from.length("token_duration", duration{1});
    if (from.any("fault"))
    {
        step.add = read_fault(from);
        step.add->written = boost::json::serialize(text);
    }
    if (step.add && step.add->written.size() > fault_text_limit)
        from.blame("fault", "at most " + std::to_string(fault_text_limit) + " bytes of JSON");
    if (auto wrong = from.mistake())
        return *wrong;
    return step;
}

steps_result read_steps(std::string_view text)
{
    boost::system::error_code ec;
    const boost::json::value parsed = boost::json::parse(text, ec);
    if (ec)
        return complaint{"no JSON: " + ec.message()};
    const boost::json::array one{parsed};
    const boost::json::array& all = parsed.is_array() ? parsed.get_array() : one;
    if (all.size() > step_limit)
        return complaint{"at most " + std::to_string(step_limit) + " steps can be given at once"};
    std::vector<weather_step> steps;
    for (const boost::json::value& element : all)
    {
        const std::size_t number = steps.size() + 1;
        if (!element.is_object())
            return complaint_in(number, "needs a JSON object");
        auto step = read_step(element.get_object());
        if (!step)
            return complaint_in(number, step.error().message);
        steps.push_back(std::move(*step));
    }
    return steps;
}

std::optional<complaint> change_weather(appliance& of, std::string_view text, time_point now)
{
    const auto steps = read_steps(text);
    if (!steps)
        return steps.error();
    for (const weather_step& step : *steps)
        if (auto wrong = take_step(of, step, now))
            return wrong;
    return std::nullopt;
}

std::optional<complaint> take_step(appliance& of, const weather_step& step, time_point now)
{
    if (step.clear && clear_faults(of.sky, *step.clear) == 0 && *step.clear != "all")
        return complaint{"there is no fault '" + *step.clear + "' to clear"};
    if (step.latency)
        of.sky.latency = *step.latency;
    if (step.login_time)
        of.sky.login_time = *step.login_time;
    if (step.token_life)
        of.tokens.set_token_life(*step.token_life);
    if (step.add)
        return add_fault(of.sky, *step.add, now);
    return std::nullopt;
}

} // namespace jobwatch::simulator
