#include "io/host/standard_descriptors.hpp"

#include <cerrno>
#include <initializer_list>

#include <fcntl.h>
#include <unistd.h>

namespace jobwatch
{

namespace
{

bool is_closed(int descriptor)
{
    return fcntl(descriptor, F_GETFD) < 0 && errno == EBADF;
}

} // namespace

void hold_standard_descriptors()
{
    // In rising order, and open() gives the lowest free number: each comes to stand where the closed one was. The wrong
    // way round, so that whoever uses it is told (EBADF).
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        if (is_closed(descriptor)) [[maybe_unused]]
            const int held = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

} // namespace jobwatch
