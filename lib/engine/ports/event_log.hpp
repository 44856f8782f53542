// events.jsonl as the engine sees it: a reader of the store that is told when there is more.
#pragma once

#include "core/event.hpp"

namespace jobwatch
{

class event_log
{
public:
    virtual ~event_log() = default;

    // There are committed events up to `head`. Never blocks: the log reads them from the store at its own pace,
    // in order, and so needs no queue that could overflow.
    virtual void advance(event_seq head) = 0;

    // Every event up to here is in the file, synced.
    virtual event_seq logged() const = 0;
};

} // namespace jobwatch
