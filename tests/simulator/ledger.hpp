// What the simulator was asked, by whom how often: the witness of what a client did and did not do. Requests to
// the simulator's own control paths are in none of the numbers.
#pragma once

#include "timeline.hpp"

#include <boost/json/object.hpp>

#include <array>
#include <cstdint>
#include <deque>
#include <map>

namespace jobwatch::simulator
{

enum class handshake
{
    full,
    resumed,
    failed,
};

class ledger
{
public:
    explicit ledger(time_point now, std::size_t records = timeline_limit) : since_{now}, timeline_{records} {}

    void connection_opened();
    void connection_closed() { --connections_; }
    void shook_hands(handshake how);

    // How many so far.
    std::uint64_t connections() const { return opened_; }

    // Between these two a request is in flight: from when it was read until its answer is written. The ledger
    // knows itself what else is in flight.
    void request_begun(request_note note);
    void request_ended(request_class kind);

    void unreadable_request() { ++unreadable_; }

    boost::json::object page(time_point now) const;

    const timeline& requests() const { return timeline_; }

    // Counts from here; what is open or in flight stays counted as such.
    void reset(time_point now);

private:
    std::uint64_t of(request_class kind) const { return by_class_.at(static_cast<std::size_t>(kind)); }
    void count_second(time_point arrived);

    time_point since_;
    timeline timeline_;
    std::uint64_t requests_ = 0;
    std::array<std::uint64_t, request_class_count> by_class_{};
    std::array<std::uint64_t, request_class_count> unauthorized_{};
    std::map<unsigned, std::uint64_t> by_status_;
    std::deque<time_point> last_second_; // in order
    std::size_t most_in_a_second_ = 0;
    std::uint64_t in_flight_ = 0;
    std::uint64_t most_in_flight_ = 0;
    std::uint64_t logins_in_flight_ = 0;
    std::uint64_t most_logins_in_flight_ = 0;
    std::uint64_t opened_ = 0;
    std::uint64_t connections_ = 0;
    std::uint64_t most_connections_ = 0;
    std::uint64_t full_handshakes_ = 0;
    std::uint64_t resumed_handshakes_ = 0;
    std::uint64_t failed_handshakes_ = 0;
    std::uint64_t unreadable_ = 0;
};

} // namespace jobwatch::simulator
