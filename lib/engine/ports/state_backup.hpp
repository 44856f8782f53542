// Copies of the state, made while the daemon runs.
#pragma once

#include "core/watch_view.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>

namespace jobwatch
{

class state_backup
{
public:
    // What became of it: a failure's text is for a person, and names the file.
    struct outcome
    {
        backup_answer made;
        failure failed; // no code: it was made
    };

    virtual ~state_backup() = default;

    // A consistent copy as of now, synced, under a name that is free; never over another file. One at a time.
    virtual boost::asio::awaitable<outcome> write(std::string file) = 0;

    // What is under way ends soon, with errc::stopping, and leaves no file.
    virtual void stop() = 0;
};

} // namespace jobwatch
