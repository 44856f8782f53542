// Runs a function in a forked child, for what cannot be undone in the test's own process: another user, another
// environment, other descriptors.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

namespace jobwatch::test
{

// What `work` returned (0 to 100); 111 after an exception, -1 when the child was killed. No doctest inside.
template <class Work>
int in_child(Work work)
{
    const pid_t child = fork();
    if (child == 0)
    {
        int given = 111;
        try
        {
            given = work();
        }
        catch (...)
        {
        }
        _exit(given);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}

} // namespace jobwatch::test
