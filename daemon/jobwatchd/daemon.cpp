#include "daemon.hpp"

#include "core/event_severity.hpp"
#include "engine/announcer.hpp"
#include "engine/control_service.hpp"
#include "engine/event_feed.hpp"
#include "engine/scheduler.hpp"
#include "exit_codes.hpp"
#include "io/appliance/https_appliance.hpp"
#include "io/host/log_file.hpp"
#include "io/host/process_memory.hpp"
#include "io/host/service.hpp"
#include "io/host/system_clock.hpp"
#include "io/socket/socket_server.hpp"
#include "io/state/backup_writer.hpp"
#include "io/state/events_file.hpp"
#include "io/state/sqlite_watch_store.hpp"
#include "io/state/state_check.hpp"
#include "io/state/state_database.hpp"
#include "listeners.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <csignal>
#include <iostream>
#include <random>

namespace jobwatch
{

namespace
{

// A stop has this long for each of its steps; together well under the unit's TimeoutStopSec.
// Then events.jsonl takes what is committed, if the disk lets it.
constexpr milliseconds drain_limit{5'000}; // clients get their answers, endings under way are stored
constexpr milliseconds close_limit{1'000}; // whoever is left is cut off

constexpr milliseconds status_interval{5'000}; // of the line that `systemctl status` shows

class running_daemon
{
public:
    running_daemon(
        const configuration& configured, log_file& log, sqlite_watch_store& store, events_file& events,
        scheduler::make_appliance make, const listening_sockets& sockets, asio::io_context& context);

    asio::awaitable<void> run();
    bool failed() const { return failed_; }

private:
    void listen_to_events();
    void start_serving();
    void check_state();
    asio::awaitable<int> stop_signal();
    asio::awaitable<void> stop();
    asio::awaitable<void> show_status();
    std::string status_line() const;

    const configuration& configured_;
    log_file& log_;
    sqlite_watch_store& store_;
    events_file& events_file_;
    system_clock clock_;
    chance random_{std::random_device{}()};
    task_group tasks_;
    announcer announcer_;
    event_feed feed_;
    ending_board endings_;
    backup_writer backup_;
    scheduler scheduler_;
    control_service service_;
    socket_server server_;
    asio::signal_set signals_;
    std::unique_ptr<wake_timer> timer_;
    std::unique_ptr<wake_timer> status_timer_;
    std::unique_ptr<background_check> state_check_;
    bool stopping_ = false;
    bool failed_ = false;
};

running_daemon::running_daemon(
    const configuration& configured, log_file& log, sqlite_watch_store& store, events_file& events,
    scheduler::make_appliance make, const listening_sockets& sockets, asio::io_context& context) :
    configured_(configured),
    log_(log),
    store_(store),
    events_file_(events),
    clock_(context.get_executor()),
    tasks_(context.get_executor(), log),
    announcer_(store, clock_, log, tasks_),
    feed_(store, clock_),
    backup_(
        context.get_executor(), configured.values.paths.state,
        {configured.values.paths.state, configured.values.paths.logs, configured.values.paths.runtime}),
    scheduler_(configured.values, make, store, clock_, log, tasks_, random_),
    service_(
        configured.values, store, scheduler_, feed_, endings_, events, clock_,
        {JOBWATCHD_VERSION, clock_.wall_now(), &resident_memory, [this] { return server_.clients(); },
         &backup_}),
    server_(
        context.get_executor(), sockets.control, sockets.events, configured.values.control,
        change_rule_of(change_group), {service_, feed_, clock_, log, tasks_}),
    signals_(context, SIGTERM, SIGINT, SIGHUP),
    timer_(clock_.make_timer()),
    status_timer_(clock_.make_timer())
{
    listen_to_events();
}

// In this order: what is committed is told to people, to `wait`, and to events.jsonl; then to readers.
void running_daemon::listen_to_events()
{
    feed_.on_event(
        [this](const watch_store::committed& one)
        {
            log_.say(severity_of(one.value->type), describe(*one.value));
            if (one.stored->ended)
                endings_.ended(one.stored->watch);
            events_file_.advance(one.stored->seq);
        });
    store_.on_committed([this](std::span<const watch_store::committed> events) { feed_.publish(events); });
}

asio::awaitable<void> running_daemon::run()
{
    const auto started = co_await scheduler_.start();
    if (!started)
    {
        log_.say(log_level::error, "the open watches cannot be read: " + started.error().message());
        failed_ = true;
        co_return;
    }
    if (scheduler_.unconfigured() != 0)
        log_.say(log_level::warning, unconfigured_warning(scheduler_.unconfigured()));
    start_serving();
    const int signal = co_await stop_signal();
    log_.say(log_level::info, fmt::format("stopping on signal {}", signal));
    co_await stop();
}

// A hang-up (a terminal that closes, somebody's habit to reload with it) must not end the daemon.
asio::awaitable<int> running_daemon::stop_signal()
{
    int signal = SIGHUP;
    while (signal == SIGHUP)
    {
        boost::system::error_code ignored;
        auto token = asio::redirect_error(asio::use_awaitable, ignored);
        signal = co_await signals_.async_wait(token);
        if (signal == SIGHUP)
            log_.say(
                log_level::warning,
                "SIGHUP is ignored: this version does not reload; restart it to apply a changed "
                "configuration");
    }
    co_return signal;
}

void running_daemon::start_serving()
{
    events_file_.advance(store_.head());
    announcer_.announce(event_type::daemon_started, "", std::string("version ") + JOBWATCHD_VERSION);
    server_.start();
    tasks_.spawn("the status line", show_status());
    notify_ready(status_line());
    log_.say(log_level::info, "ready: " + status_line());
    if (!store_.was_left_in_order())
        check_state();
}

// Beside everything else: nobody waits for it.
void running_daemon::check_state()
{
    const std::string& directory = configured_.values.paths.state;
    const std::string path = state_database_path(directory);
    auto connection = open_state_reader(directory);
    if (!connection)
    {
        log_.say(log_level::error, connection.error().text);
        return;
    }
    log_.say(log_level::info, path + " was not left in order: it is checked now, beside all else");
    const auto told = [this, path](const std::string& damage)
    {
        if (damage.empty())
            log_.say(log_level::info, path + " is sound");
        else
        {
            log_.say(log_level::error, damage);
            announcer_.announce(event_type::daemon_degraded, "", damage);
        }
    };
    state_check_ =
        std::make_unique<background_check>(signals_.get_executor(), std::move(*connection), path, told);
}

asio::awaitable<void> running_daemon::stop()
{
    stopping_ = true;
    notify_stopping();
    state_check_.reset();
    backup_.stop();
    status_timer_->wake();
    announcer_.announce(event_type::daemon_stopped, "", "in order");
    scheduler_.stop();
    server_.stop();
    const boot_time drained_by = clock_.now() + drain_limit;
    co_await tasks_.join(*timer_, clock_, drained_by);
    server_.close_all();
    const boot_time closed_by = clock_.now() + close_limit;
    co_await tasks_.join(*timer_, clock_, closed_by);
    if (tasks_.running() != 0)
        log_.say(log_level::warning, fmt::format("{} tasks did not end in time", tasks_.running()));
}

std::string running_daemon::status_line() const
{
    return fmt::format(
        "open watches: {}, appliances: {}, event {}", scheduler_.open(), configured_.values.appliances.size(),
        store_.head());
}

asio::awaitable<void> running_daemon::show_status()
{
    while (!stopping_)
    {
        const boot_time next = clock_.now() + status_interval;
        co_await status_timer_->wait_until(next);
        if (!stopping_)
            notify_status(status_line());
    }
}

// The log speaks on standard error, too.
int complain(log_file& log, const failure& why, int exit_code = exit_failed)
{
    log.say(log_level::error, why.text);
    return exit_code;
}

// Every appliance's connections, or the first that cannot be made (its CA file is no certificate, ...). The log must
// outlive them.
explained<std::map<std::string, std::unique_ptr<appliance_api>>>
make_appliances(asio::any_io_executor executor, const settings& configured, log_file& log)
{
    const auto say = [&log](log_level level, const std::string& line) { log.say(level, line); };
    std::map<std::string, std::unique_ptr<appliance_api>> made;
    for (const auto& [name, appliance] : configured.appliances)
    {
        auto api = make_https_appliance(executor, appliance, system_lookup, say);
        if (!api)
            return failure{api.error().code, "appliance " + name + ": " + api.error().text};
        made[name] = std::move(*api);
    }
    return made;
}

} // namespace

int run_daemon(const configuration& configured)
{
    const settings& values = configured.values;
    auto log = open_log_file(values.paths.logs + "/jobwatchd.log", values.level);
    if (!log)
    {
        std::cerr << "jobwatchd: " << log.error().text << '\n';
        return exit_failed;
    }
    for (const std::string& warning : configured.warnings)
        (*log)->say(log_level::warning, warning);

    asio::io_context context(1);
    auto appliances = make_appliances(context.get_executor(), values, **log);
    if (!appliances)
        return complain(**log, appliances.error(), exit_config); // only a file of theirs can be wrong
    const store_settings state{
        values.paths.state,
        values.paths.logs,
        {values.poll.overdue_after, values.poll.give_up_after},
        values.events.retain};
    auto store = open_watch_store(context.get_executor(), state, **log);
    if (!store)
        return complain(**log, store.error());
    const events_file_settings file{
        values.paths.logs, values.paths.state, values.events.rotate_size, values.events.rotate_keep};
    auto mark = [&](event_seq logged) { return (*store)->commit_log_mark(logged); };
    auto events = open_events_file(context.get_executor(), file, mark, **log);
    if (!events)
        return complain(**log, events.error());
    auto sockets = open_sockets(values.paths.runtime);
    if (!sockets)
        return complain(**log, sockets.error());

    auto make = [&](const appliance_settings& appliance) { return std::move((*appliances)[appliance.name]); };
    running_daemon daemon(configured, **log, **store, **events, make, *sockets, context);
    std::exception_ptr surprise;
    asio::co_spawn(context, daemon.run(), [&](std::exception_ptr thrown) { surprise = std::move(thrown); });
    context.run();
    if (surprise)
        std::rethrow_exception(surprise);
    close_sockets(*sockets);
    return daemon.failed() ? exit_failed : exit_ok;
}

} // namespace jobwatch
