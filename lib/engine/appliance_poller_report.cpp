// What a poller tells of its appliance: for `status`, and for `explain`.
#include "engine/appliance_poller.hpp"

namespace jobwatch
{

appliance_report appliance_poller::report() const
{
    appliance_report told = report_uncounted();
    count_due(told);
    return told;
}

// It looks at every watch.
void appliance_poller::count_due(appliance_report& told) const
{
    const boot_time now = shared_.time.now();
    told.due = queue_.due(now);
    told.stretch = statistics_.stretch(now, told.due);
}

appliance_report appliance_poller::report_uncounted() const
{
    const boot_time now = shared_.time.now();
    appliance_report told;
    told.name = settings_.name;
    told.open = shared_.watches.size_of(index_);
    told.in_flight = gate_.in_flight();
    told.window = gate_.window().size();
    told.window_most = gate_.window().most();
    if (gate_.paused_until() > now)
        told.paused_for = span_between(now, gate_.paused_until());
    told.nodes = report_nodes();
    told.conditions = conditions_.state().conditions;
    for (const loop& one : loops_)
        told.connections += one.connection->connected() ? 1 : 0;
    told.readings = statistics_.readings();
    told.errors = statistics_.errors();
    told.logins = token_.logins();
    told.requests = gate_.passed();
    told.lag_median = statistics_.lag_median(now);
    told.lag_worst = statistics_.lag_worst(now);
    told.token = token_.describe();
    // Without a token nothing is polled: then that is the error, not the one of the last poll.
    told.last_error = token_.trouble().empty() ? statistics_.last_error() : token_.trouble();
    told.tls_verified = settings_.verify == certificate_check::full;
    return told;
}

} // namespace jobwatch
