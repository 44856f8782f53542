// Where a scripted job is in its life. Pure.
#pragma once

#include "fates.hpp"

namespace jobwatch::simulator
{

struct snapshot
{
    bool begun = false; // has done its first step
    bool over = false;
    bool abort = false;
    fate becomes = fate::brief; // a cancel changes it
    unsigned done = 0;
    time_point updated{};
};

// At `now`. Nothing in it ever goes backwards as `now` grows.
snapshot look(const job_script& script, time_point created, time_point now);

// Its cancel, asked for at `now`: it ends after `takes` when it was not over.
cancellation cancelled_at(const job_script& script, time_point created, time_point now, duration takes);

} // namespace jobwatch::simulator
