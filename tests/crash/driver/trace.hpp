// What one client sent and received, a record a line; the checker reads it.
#pragma once

#include <fstream>
#include <mutex>
#include <string>

namespace jobwatch::crash
{

class trace
{
public:
    explicit trace(const std::string& path) : file_(path, std::ios::app) {}

    template <class... Words>
    void say(const char* record, const Words&... words)
    {
        const std::lock_guard lock(mutex_);
        file_ << record;
        ((file_ << ' ' << words), ...);
        file_ << '\n';
    }

    // From any thread: after it the file ends in a whole line.
    void flush()
    {
        const std::lock_guard lock(mutex_);
        file_.flush();
    }

private:
    std::mutex mutex_;
    std::ofstream file_;
};

} // namespace jobwatch::crash
