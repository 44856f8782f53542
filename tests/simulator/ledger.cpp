#include "ledger.hpp"

#include <algorithm>

namespace jobwatch::simulator
{

namespace
{

bool asks_for_a_token(request_class kind)
{
    return kind == request_class::login || kind == request_class::refresh;
}

} // namespace

void ledger::connection_opened()
{
    ++opened_;
    most_connections_ = std::max(most_connections_, ++connections_);
}

void ledger::shook_hands(handshake how)
{
    switch (how)
    {
    case handshake::full:
        ++full_handshakes_;
        break;
    case handshake::resumed:
        ++resumed_handshakes_;
        break;
    case handshake::failed:
        ++failed_handshakes_;
        break;
    }
}

// A long request comes here when it is read, maybe behind shorter ones that arrived later.
void ledger::count_second(time_point arrived)
{
    const auto place = std::upper_bound(last_second_.begin(), last_second_.end(), arrived);
    last_second_.insert(place, arrived);
    while (last_second_.front() <= last_second_.back() - std::chrono::seconds{1})
        last_second_.pop_front();
    most_in_a_second_ = std::max(most_in_a_second_, last_second_.size());
}

void ledger::request_begun(request_note note)
{
    if (note.kind == request_class::control)
        return;
    ++requests_;
    ++by_class_.at(static_cast<std::size_t>(note.kind));
    ++by_status_[static_cast<unsigned>(note.answered)];
    if (note.answered == http::status::unauthorized)
        ++unauthorized_.at(static_cast<std::size_t>(note.kind));
    count_second(note.arrived);
    most_in_flight_ = std::max(most_in_flight_, ++in_flight_);
    if (asks_for_a_token(note.kind))
        most_logins_in_flight_ = std::max(most_logins_in_flight_, ++logins_in_flight_);
    note.in_flight = in_flight_;
    timeline_.add(note);
}

void ledger::request_ended(request_class kind)
{
    if (kind == request_class::control)
        return;
    --in_flight_;
    if (asks_for_a_token(kind))
        --logins_in_flight_;
}

boost::json::object ledger::page(time_point now) const
{
    using boost::json::object;
    object by_class;
    for (std::size_t index = 0; index < request_class_count; ++index)
        if (const auto kind = static_cast<request_class>(index); kind != request_class::control)
            by_class[name_of(kind)] = by_class_[index];
    object by_status;
    for (const auto& [status, count] : by_status_)
        by_status[status == 0 ? "none" : std::to_string(status)] = count;
    const std::uint64_t refused_logins = unauthorized_.at(static_cast<std::size_t>(request_class::login));
    const std::uint64_t refused_refreshes =
        unauthorized_.at(static_cast<std::size_t>(request_class::refresh));
    std::uint64_t refused = 0;
    for (const std::uint64_t count : unauthorized_)
        refused += count;
    return {
        {"milliseconds", (now - since_) / std::chrono::milliseconds{1}},
        {"requests", requests_},
        {"by_class", std::move(by_class)},
        {"by_status", std::move(by_status)},
        {"requests_per_second_max", most_in_a_second_},
        {"in_flight", in_flight_},
        {"in_flight_max", most_in_flight_},
        {"logins", of(request_class::login)},
        {"logins_refused", refused_logins},
        {"refreshes", of(request_class::refresh)},
        {"refreshes_refused", refused_refreshes},
        {"logins_in_flight_max", most_logins_in_flight_},
        {"answers_401_to_tokens", refused - refused_logins - refused_refreshes},
        {"unreadable_requests", unreadable_},
        {"connections", opened_},
        {"connections_open", connections_},
        {"connections_open_max", most_connections_},
        {"handshakes_full", full_handshakes_},
        {"handshakes_resumed", resumed_handshakes_},
        {"handshakes_failed", failed_handshakes_},
    };
}

void ledger::reset(time_point now)
{
    ledger fresh(now);
    fresh.in_flight_ = fresh.most_in_flight_ = in_flight_;
    fresh.logins_in_flight_ = fresh.most_logins_in_flight_ = logins_in_flight_;
    fresh.connections_ = fresh.most_connections_ = connections_;
    fresh.timeline_ = std::move(timeline_);
    fresh.timeline_.clear();
    *this = std::move(fresh);
}

} // namespace jobwatch::simulator
