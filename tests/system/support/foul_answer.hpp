// An answer that is none, for one job while it lasts: it ends nothing, is explained, and is forgotten in fair weather.
#pragma once

#include "support/scene.hpp"

namespace jobwatch::test
{

struct foul_answer
{
    std::string name;           // for whoever reads a failure
    std::string fault;          // the members of the simulator's fault, as JSON
    std::string watch_says;     // `last_error` of the watch while it lasts; "": it is a reading all the same
    std::string appliance_says; // part of the appliance's `last_error`, and of the line in the log
    std::string event{};        // told of the watch, because of it
};

// Job `number` is asked for while every answer to it is foul, until all that is said of it has been said; then the
// next poll works, and the job ends once. Checks with doctest.
void live_through(scene& on, const foul_answer& answer, int number);

} // namespace jobwatch::test
