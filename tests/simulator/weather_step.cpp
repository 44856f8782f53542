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

void read_post(json_fields& from, weather_step& into)
{
    into.post = from.text("post", name_limit);
    const bool is_control = into.post && into.post->starts_with("/simulator/");
    if (into.post && (!is_control || *into.post == "/simulator/weather"))
        from.blame("post", "a control path such as \"/simulator/tokens/revoke\", but not /simulator/weather");
    if (const boost::json::value* body = into.post ? from.any("body") : nullptr)
        into.body = boost::json::serialize(*body);
}

std::optional<complaint> take_post(appliance& of, const weather_step& step, time_point now)
{
    request asked;
    asked.method = http::verb::post;
    asked.path = *step.post;
    asked.body = step.body;
    const answer given = answer_control(of, asked, now);
    if (given.status == http::status::ok)
        return std::nullopt;
    return complaint{*step.post + ": " + given.body};
}

std::optional<complaint> clear(appliance& of, const std::string& what)
{
    if (what == "scenario")
        of.to_come.clear();
    else if (clear_faults(of.sky, what) == 0 && what != "all")
        return complaint{"there is no fault '" + what + "' to clear"};
    return std::nullopt;
}

} // namespace

boost::system::result<weather_step, complaint> read_step(const boost::json::object& text)
{
    json_fields from(text);
    weather_step step;
    step.written = boost::json::serialize(text);
    step.at = from.length("at").value_or(duration{0});
    step.clear = from.text("clear", name_limit);
    step.latency = from.length("latency");
    step.login_time = from.length("login_time");
    step.token_life = from.length("token_duration", duration{1});
    step.appears_after = from.length("appears_after");
    read_post(from, step);
    if (from.any("fault"))
        step.add = read_fault(from);
    if (step.add)
        step.add->written = step.written;
    if (step.written.size() > step_text_limit)
        from.blame("a step", "at most " + std::to_string(step_text_limit) + " bytes of JSON");
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
    if (steps->size() > of.to_come.room())
        return complaint{"at most " + std::to_string(step_limit) + " steps can be still to come"};
    for (const weather_step& step : *steps)
    {
        if (step.at > duration{0})
            of.to_come.add(step, now + step.at);
        else if (auto wrong = take_step(of, step, now))
            return wrong;
    }
    return std::nullopt;
}

std::optional<complaint> take_step(appliance& of, const weather_step& step, time_point now)
{
    if (step.clear)
        if (auto wrong = clear(of, *step.clear))
            return wrong;
    if (step.latency)
        of.sky.latency = *step.latency;
    if (step.login_time)
        of.sky.login_time = *step.login_time;
    if (step.token_life)
        of.tokens.set_token_life(*step.token_life);
    if (step.appears_after)
        of.jobs.set_appears_after(*step.appears_after);
    if (step.add)
        if (auto wrong = add_fault(of.sky, *step.add, now))
            return wrong;
    return step.post ? take_post(of, step, now) : std::nullopt;
}

} // namespace jobwatch::simulator
