// Runs commands of jobwatchctl against a scripted daemon, with their output kept.
#pragma once

#include "ctl/scripted_daemon.hpp"
#include "jobwatchctl/command_line.hpp"
#include "jobwatchctl/commands.hpp"

#include <doctest/doctest.h>

#include <sstream>

namespace jobwatch::test
{

// A watch as the daemon tells it.
inline std::string open_watch(int number, const std::string& job = "job")
{
    return R"({"watch":)" + std::to_string(number)
        + R"(,"appliance":"prod","kind":"google/update-all-versions","job":")" + job + std::to_string(number)
        + R"(","state":"open","submitted_at":"2026-11-23T14:00:00.000Z","polls":1,"labels":{}})";
}

inline std::string ended_watch(int number, const std::string& outcome, const std::string& job = "job")
{
    return R"({"watch":)" + std::to_string(number)
        + R"(,"appliance":"prod","kind":"google/update-all-versions","job":")" + job + std::to_string(number)
        + R"(","state":"ended","outcome":")" + outcome
        + R"(","overall_status":"completed","submitted_at":"2026-11-23T14:00:00.000Z",)"
        + R"("ended_at":"2026-11-23T14:02:00.000Z","polls":1,"labels":{}})";
}

inline std::string wait_result(
    const std::string& ended, const std::string& open, const std::string& unknown = "",
    const std::string& timed_out = "false")
{
    return R"({"ended":[)" + ended + R"(],"open":[)" + open + R"(],"unknown":[)" + unknown
        + R"(],"timed_out":)" + timed_out + "}";
}

inline std::string event_notice(int seq, const std::string& job, const std::string& outcome = "succeeded")
{
    return R"({"jsonrpc":"2.0","method":"event","params":{"seq":)" + std::to_string(seq)
        + R"(,"time":"2026-11-23T14:02:11.482Z","event":"job.finished","watch":17,"appliance":"prod","job":")"
        + job + R"(","outcome":")" + outcome
        + R"(","operation":"disable","versions_done":2,"version_count":2,"noticed_after_ms":812,"labels":{}}})"
        + "\n";
}

struct ctl_fixture
{
    temporary_directory directory;
    std::string path = directory.file("control.sock");
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    ctl::console io{in, out, err};

    ctl::surroundings around(ctl::output_form form = ctl::output_form::readable)
    {
        ctl::link_settings link;
        link.path = path;
        link.first_pause = std::chrono::milliseconds{1};
        link.longest_pause = std::chrono::milliseconds{10};
        return {io, link, form};
    }

    // The whole program, but for main().
    ctl::exit_code run(std::vector<const char*> arguments)
    {
        arguments.insert(arguments.begin(), {"jobwatchctl"});
        arguments.insert(arguments.end(), {"--socket", path.c_str()});
        return ctl::run_command_line(static_cast<int>(arguments.size()), arguments.data(), io);
    }

    bool out_has(std::string_view text) const { return out.str().find(text) != std::string::npos; }
    bool err_has(std::string_view text) const { return err.str().find(text) != std::string::npos; }
};

inline std::size_t count_of(const std::string& text, std::string_view piece)
{
    std::size_t count = 0;
    for (auto at = text.find(piece); at != std::string::npos; at = text.find(piece, at + 1))
        ++count;
    return count;
}

} // namespace jobwatch::test
