#include "support/child_process.hpp"

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace jobwatch::test
{

namespace
{

[[noreturn]] void become(const child_wish& wish, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(125); // the test died before the line above
    const int output = open(wish.output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const int nothing = open("/dev/null", O_RDONLY);
    if (output < 0 || nothing < 0 || dup2(nothing, 0) < 0 || dup2(output, 1) < 0 || dup2(output, 2) < 0)
        _exit(126);
    for (const auto& [name, value] : wish.environment)
        setenv(name.c_str(), value.c_str(), 1);
    close_range(3, ~0U, 0); // as a service begins: with nothing open
    std::vector<char*> arguments;
    for (const auto& word : wish.command)
        arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    execvp(arguments.front(), arguments.data());
    _exit(127);
}

} // namespace

child_process::child_process(const child_wish& wish) : output_(wish.output)
{
    const pid_t parent = getpid();
    pid_ = fork();
    if (pid_ < 0)
        throw std::runtime_error("cannot fork");
    if (pid_ == 0)
        become(wish, parent);
    pidfd_ = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
    if (pidfd_ < 0)
        throw std::runtime_error("cannot open a pidfd");
}

child_process::child_process(child_process&& other) noexcept :
    pid_(std::exchange(other.pid_, -1)),
    pidfd_(std::exchange(other.pidfd_, -1)),
    output_(std::move(other.output_)),
    ended_(other.ended_)
{
}

child_process::~child_process()
{
    if (pid_ < 0)
        return;
    if (!ended_)
    {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    if (pidfd_ >= 0)
        close(pidfd_);
}

void child_process::send(int signal) const
{
    if (!ended_)
        kill(pid_, signal);
}

std::optional<child_end> child_process::wait(std::chrono::milliseconds limit)
{
    if (ended_)
        return ended_;
    const deadline until(limit);
    pollfd ends{pidfd_, POLLIN, 0};
    while (poll(&ends, 1, until.milliseconds_left()) < 0 && errno == EINTR)
        ;
    if ((ends.revents & POLLIN) == 0)
        return std::nullopt;
    int status = 0;
    waitpid(pid_, &status, 0);
    child_end how;
    if (WIFEXITED(status))
        how.exit_code = WEXITSTATUS(status);
    else
        how.signal = WTERMSIG(status);
    ended_ = how;
    return ended_;
}

std::string child_process::output() const
{
    return file_text(output_);
}

std::string file_text(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void write_text(const std::string& path, const std::string& text)
{
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    if (!file.flush())
        throw std::runtime_error("cannot write " + path);
}

} // namespace jobwatch::test
