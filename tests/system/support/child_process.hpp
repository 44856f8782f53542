// A program that runs as our child, with its output in a file. It dies with the test, however the test ends.
#pragma once

#include "support/eventually.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace jobwatch::test
{

struct child_wish
{
    std::vector<std::string> command;               // the program's path first
    std::string output;                             // standard output and standard error go here
    std::map<std::string, std::string> environment; // added to ours
};

// How a child ended: by exit(code) or by a signal.
struct child_end
{
    int exit_code = -1;
    int signal = 0;
};

class child_process
{
public:
    explicit child_process(const child_wish& wish);
    ~child_process(); // kills what still runs
    child_process(child_process&& other) noexcept;
    child_process& operator=(child_process&&) = delete;
    child_process(const child_process&) = delete;

    pid_t pid() const { return pid_; }
    void send(int signal) const;
    // Empty when it goes on beyond the limit.
    std::optional<child_end> wait(std::chrono::milliseconds limit = patience);
    bool running() { return !wait(std::chrono::milliseconds{0}); }
    std::string output() const;

private:
    pid_t pid_ = -1;
    int pidfd_ = -1;
    std::string output_;
    std::optional<child_end> ended_;
};

std::string file_text(const std::string& path); // "" when there is none
void write_text(const std::string& path, const std::string& text);

} // namespace jobwatch::test
