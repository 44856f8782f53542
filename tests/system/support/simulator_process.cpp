#include "support/simulator_process.hpp"

#include <csignal>
#include <sstream>
#include <stdexcept>

namespace jobwatch::test
{

simulator_process::simulator_process(std::vector<std::string> options)
{
    start(std::move(options));
}

// The password stays the same from start to start; the authority is a new one each time.
void simulator_process::start(std::vector<std::string> options)
{
    const auto ready = file("ready");
    std::filesystem::remove(ready);
    std::vector<std::string> command{SIMULATOR_PROGRAM,  "--ready-file", ready,           "--directory",
                                     file("stage"),      "--ids-file",   file("ids"),     "--fates-file",
                                     file("fates.json"), "--password",   "not a secret 1"};
    command.insert(command.end(), options.begin(), options.end());
    std::filesystem::remove(file("output"));
    process_ = std::make_unique<child_process>(child_wish{command, file("output"), {}});
    const bool listens = eventually([&] { return std::filesystem::exists(ready) || !process_->running(); });
    if (!listens || !process_->running())
        throw std::runtime_error("the simulator does not start: " + process_->output());
    std::istringstream lines(file_text(ready));
    for (std::string line; std::getline(lines, line);)
        said_[line.substr(0, line.find('='))] = line.substr(line.find('=') + 1);
}

boost::json::object simulator_process::stop()
{
    process_->send(SIGTERM);
    const auto ended = process_->wait();
    const auto text = process_->output();
    const auto at = text.find("ledger=");
    if (!ended || at == std::string::npos)
        throw std::runtime_error("the simulator does not end in order: " + text);
    return boost::json::parse(text.substr(at + 7, text.find('\n', at) - at - 7)).as_object();
}

void simulator_process::kill()
{
    process_->send(SIGKILL);
    process_->wait();
}

std::vector<std::string> simulator_process::ids() const
{
    std::vector<std::string> ids;
    std::istringstream lines(file_text(file("ids")));
    for (std::string line; std::getline(lines, line);)
        ids.push_back(line);
    return ids;
}

boost::json::array simulator_process::fates() const
{
    return boost::json::parse(file_text(file("fates.json"))).as_array();
}

} // namespace jobwatch::test
