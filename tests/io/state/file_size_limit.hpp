// No file of this process grows beyond so many bytes: a full disk without being root.
#pragma once

#include <csignal>
#include <cstdint>
#include <stdexcept>

#include <sys/resource.h>

namespace jobwatch::test
{

class file_size_limit
{
public:
    explicit file_size_limit(std::uint64_t bytes)
    {
        std::signal(SIGXFSZ, SIG_IGN); // so that write() says EFBIG instead
        if (getrlimit(RLIMIT_FSIZE, &before_) != 0)
            throw std::runtime_error("getrlimit");
        rlimit now = before_;
        now.rlim_cur = bytes;
        if (setrlimit(RLIMIT_FSIZE, &now) != 0)
            throw std::runtime_error("setrlimit");
    }
    ~file_size_limit() { setrlimit(RLIMIT_FSIZE, &before_); }
    file_size_limit(const file_size_limit&) = delete;
    file_size_limit& operator=(const file_size_limit&) = delete;

private:
    rlimit before_{};
};

} // namespace jobwatch::test
