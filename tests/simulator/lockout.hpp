// The appliance's guard against guessed passwords: after so many wrong ones in a row even the right one is refused for
// a while, in the same words.
#pragma once

#include "clock.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace jobwatch::simulator
{

struct lockout_rule
{
    unsigned failures = 0; // 0: nobody is ever locked out
    duration length{};
};

// "3:5m".
std::optional<lockout_rule> parse_lockout(std::string_view text);

class lockout
{
public:
    explicit lockout(lockout_rule rule = {}) : rule_{rule} {}

    void set(lockout_rule rule) { rule_ = rule; }
    bool locked(time_point now) const { return until_ && now < *until_; }

    void failed(time_point now);
    void refused_while_locked() { ++refused_; }
    void succeeded() { in_a_row_ = 0; }

    // An administrator lets the user in again.
    void release();

    boost::json::object page(time_point now) const;

private:
    lockout_rule rule_;
    unsigned in_a_row_ = 0;
    std::optional<time_point> until_;
    std::uint64_t times_ = 0;
    std::uint64_t refused_ = 0; // logins while it was locked, whatever their password
};

} // namespace jobwatch::simulator
