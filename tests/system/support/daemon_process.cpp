#include "support/daemon_process.hpp"

#include <csignal>
#include <stdexcept>

namespace jobwatch::test
{

daemon_wish watching(const simulator_process& simulator, const std::string& appliance)
{
    daemon_wish wish;
    wish.url = simulator["url"];
    wish.username = simulator["user"];
    wish.password_file = simulator["password_file"];
    wish.ca_file = simulator["ca_file"];
    wish.appliance = appliance.empty() ? "requests_per_second = 500\nburst = 10\n" : appliance;
    return wish;
}

daemon_process::daemon_process(daemon_wish wanted) : wish(std::move(wanted))
{
    for (const auto* folder : {"state", "logs", "run"})
        std::filesystem::create_directory(file(folder));
    write_configuration();
}

void daemon_process::write_configuration()
{
    const std::string password =
        "username = \"" + wish.username + "\"\npassword_file = \"" + wish.password_file + "\"\n";
    std::string text = "[appliance.sim]\nurls = [\"" + wish.url + "\"]\n"
        + (wish.credential.empty() ? password : wish.credential);
    if (!wish.ca_file.empty())
        text += "ca_file = \"" + wish.ca_file + "\"\n";
    text += wish.appliance + "\n[poll]\n" + wish.poll + "\n" + wish.more + "\n[paths]\nstate = \""
        + file("state") + "\"\nlogs = \"" + file("logs") + "\"\nruntime = \"" + file("run") + "\"\n";
    write_text(file("jobwatchd.toml"), text);
}

void daemon_process::begin()
{
    std::vector<std::string> command = wrapper;
    command.insert(command.end(), {JOBWATCHD_PROGRAM, "--config", file("jobwatchd.toml")});
    process_ = std::make_unique<child_process>(child_wish{command, file("output"), environment});
}

void daemon_process::start()
{
    begin();
    const bool answers = eventually([&] { return listens(control()) || !process_->running(); });
    if (!answers || !process_->running())
        throw std::runtime_error("jobwatchd does not start: " + output());
    unix_client(control()).result("version");
}

child_end daemon_process::stop(int signal)
{
    process_->send(signal);
    return ends();
}

child_end daemon_process::ends()
{
    const auto ended = process_->wait();
    if (!ended)
        throw std::runtime_error("jobwatchd does not end: " + output());
    return *ended;
}

void daemon_process::kill()
{
    stop(SIGKILL);
}

std::vector<boost::json::object> daemon_process::logged(std::string_view type) const
{
    const auto text = events_text();
    std::vector<boost::json::object> found;
    std::size_t from = 0;
    for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', from))
    {
        auto event = boost::json::parse(text.substr(from, end - from)).as_object();
        from = end + 1;
        if (type.empty()
            || event.at("event").as_string() == boost::json::string_view(type.data(), type.size()))
            found.push_back(std::move(event));
    }
    return found;
}

bool daemon_process::comes_to_log(std::string_view words) const
{
    return eventually([&] { return log_text().find(words) != std::string::npos; });
}

bool daemon_process::comes_to_events(std::string_view type, std::size_t count) const
{
    return eventually([&] { return logged(type).size() >= count; });
}

} // namespace jobwatch::test
