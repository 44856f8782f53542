#include "jobwatchctl/stop_signals.hpp"

#include <csignal>

#include <sys/signalfd.h>
#include <unistd.h>

namespace jobwatch::ctl
{

stop_signals::stop_signals()
{
    sigset_t both;
    sigemptyset(&both);
    sigaddset(&both, SIGINT);
    sigaddset(&both, SIGTERM);
    descriptor_ = signalfd(-1, &both, SFD_CLOEXEC | SFD_NONBLOCK);
    if (descriptor_ >= 0)
        sigprocmask(SIG_BLOCK, &both, nullptr);
}

stop_signals::~stop_signals()
{
    if (descriptor_ >= 0)
        ::close(descriptor_);
}

} // namespace jobwatch::ctl
