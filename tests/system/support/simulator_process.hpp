// cm-simulator as a process of its own; constructed, it listens.
#pragma once

#include "support/child_process.hpp"
#include "support/temporary_directory.hpp"

#include <boost/json.hpp>

#include <memory>

namespace jobwatch::test
{

class simulator_process
{
public:
    explicit simulator_process(std::vector<std::string> options = {});

    void start(std::vector<std::string> options);
    boost::json::object stop(); // its ledger
    void kill();
    child_process& process() { return *process_; }

    const std::string& operator[](const std::string& name) const { return said_.at(name); }
    const std::string& port() const { return said_.at("port"); }
    std::vector<std::string> ids() const; // of --make-jobs and --jobs
    boost::json::array fates() const;
    std::string file(const std::string& name) const { return directory_.file(name); }

private:
    temporary_directory directory_;
    std::map<std::string, std::string> said_;
    std::unique_ptr<child_process> process_;
};

} // namespace jobwatch::test
