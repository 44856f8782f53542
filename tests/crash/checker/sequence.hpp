// One sequence of events, as a file or a reader has it, against those of the database.
#pragma once

#include "checker/rules.hpp"

#include <functional>

namespace jobwatch::crash
{

class sequence
{
public:
    using sink = std::function<void(const char* rule, std::string text)>;

    // `only`: the type that is expected; "": all.
    sequence(const std::vector<event_fact>& database, std::string only, sink found);

    void begin_after(number seq); // what came before was not asked for
    void may_repeat();            // the next event may be one that was there before
    void take(const event_fact& one);
    void pass(number seq); // all up to here was promised to be there
    void finish(bool settled);
    number last() const { return last_; }

private:
    void miss_between(number after, number before);
    void take_again(const event_fact& one);
    const event_fact* known(number seq) const;

    const std::vector<event_fact>& database_;
    std::string only_;
    sink found_;
    number last_ = 0;
    bool repeat_allowed_ = false;
    std::set<number> seen_;
    std::set<number> missing_;
};

} // namespace jobwatch::crash
