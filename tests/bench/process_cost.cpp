#include "process_cost.hpp"

#include "control_client.hpp"

#include <fstream>
#include <sstream>

#include <unistd.h>

namespace jobwatch::bench
{

namespace
{

std::string text_of(const std::string& path)
{
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file || text.str().empty())
        throw bench_failure("cannot read " + path + ": has the daemon ended?");
    return text.str();
}

// utime and stime are fields 14 and 15; the name before them, in brackets, may hold anything.
double cpu_seconds(const std::string& stat)
{
    std::istringstream fields(stat.substr(stat.rfind(')') + 1));
    std::string skipped;
    for (int field = 3; field < 14; ++field)
        fields >> skipped;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

// The number behind "NAME:" of a /proc/PID/status.
double field_of(const std::string& status, const std::string& name)
{
    const auto at = status.find('\n' + name + ':');
    if (at == std::string::npos)
        throw bench_failure("/proc/PID/status does not tell " + name);
    return std::stod(status.substr(at + name.size() + 2));
}

} // namespace

process_cost cost_of(int pid)
{
    const std::string process = "/proc/" + std::to_string(pid);
    const std::string loop = process + "/task/" + std::to_string(pid);
    const std::string loop_status = text_of(loop + "/status");
    process_cost cost;
    cost.cpu_seconds = cpu_seconds(text_of(process + "/stat"));
    cost.loop_cpu_seconds = cpu_seconds(text_of(loop + "/stat"));
    cost.voluntary_switches = field_of(loop_status, "voluntary_ctxt_switches");
    cost.resident_bytes = field_of(loop_status, "VmRSS") * 1024;
    return cost;
}

} // namespace jobwatch::bench
