#include "jobwatchctl/daemon_link.hpp"

#include <algorithm>

namespace jobwatch::ctl
{

or_trouble<void> daemon_link::connect()
{
    if (connection_)
        return {};
    auto opened = connection::open(settings_.path, settings_.leave, settings_.longest_line);
    if (!opened)
        return opened.error();
    connection_.emplace(std::move(*opened));
    return {};
}

or_trouble<std::int64_t> daemon_link::ask(std::string_view method, const json::object& params)
{
    if (const auto connected = connect(); !connected)
        return connected.error();
    const std::int64_t id = ++last_id_;
    const auto sent =
        connection_->send(request_line(id, method, params), steady_clock::now() + settings_.answer_within);
    if (!sent)
    {
        drop();
        return sent.error();
    }
    return id;
}

or_trouble<message> daemon_link::next_message(deadline until)
{
    const auto line = connection_->receive(until);
    if (!line)
    {
        drop();
        return line.error();
    }
    auto told = parse_message(*line);
    if (!told)
        drop();
    else
        has_answered_ = true;
    return told;
}

or_trouble<message>
daemon_link::call(std::string_view method, const json::object& params, std::chrono::milliseconds extra)
{
    const auto id = ask(method, params);
    if (!id)
        return id.error();
    const deadline until = steady_clock::now() + settings_.answer_within + extra;
    for (;;)
    {
        auto told = next_message(until);
        if (!told && told.error().kind == trouble_kind::timed_out)
            return trouble{trouble_kind::connection, told.error().text};
        if (!told)
            return told.error();
        if (told->refused && (!told->id || *told->id == *id))
            return *told->refused;
        if (told->id && *told->id == *id)
            return told;
    }
}

bool patience::covers(const trouble& met, deadline until)
{
    if (!is_passing(met) || !link_.has_answered())
        return false;
    if (until && steady_clock::now() >= *until)
        return false;
    if (pause_.count() == 0)
        say_("waiting for the daemon: " + met.text);
    pause_ = std::clamp(pause_ * 2, link_.settings().first_pause, link_.settings().longest_pause);
    auto pause = pause_;
    if (until)
        pause = std::min(pause, std::chrono::ceil<std::chrono::milliseconds>(*until - steady_clock::now()));
    return pause_for(std::max(pause, std::chrono::milliseconds{0}), link_.settings().leave);
}

void patience::restore()
{
    if (pause_.count() != 0)
        say_("the daemon is back");
    pause_ = std::chrono::milliseconds{0};
}

} // namespace jobwatch::ctl
