// Polls the watches of one appliance: a fixed set of connection loops that take due watches, one pacer that
// wakes a loop when something may be sent, and one token keeper. What an answer means is core/watch_progress's
// to say; what becomes durable is the store's.
#pragma once

#include "core/settings.hpp"
#include "core/trouble_memory.hpp"
#include "engine/appliance_conditions.hpp"
#include "engine/chance.hpp"
#include "engine/due_queue.hpp"
#include "engine/poll_statistics.hpp"
#include "engine/ports/appliance_api.hpp"
#include "engine/ports/clock.hpp"
#include "engine/ports/diagnostics.hpp"
#include "engine/ports/watch_store.hpp"
#include "engine/request_gate.hpp"
#include "engine/status_words.hpp"
#include "engine/task_group.hpp"
#include "engine/token_keeper.hpp"
#include "engine/watch_table.hpp"

#include <memory>
#include <vector>

namespace jobwatch
{

// What all pollers share; owned by the scheduler.
struct poller_surroundings
{
    watch_table& watches;
    status_words& words;
    const std::vector<kind>& kinds;
    const poll_settings& poll;
    watch_store& store;
    clock& time;
    diagnostics& log;
    task_group& tasks;
    chance& random;
};

// News of one appliance that may be on their way to the disk before its connections wait for it: each may hold a
// document.
inline constexpr std::size_t max_storing = 256;

class appliance_poller
{
public:
    appliance_poller(
        const appliance_settings& settings, std::uint16_t index, std::unique_ptr<appliance_api> api,
        const poller_surroundings& shared);

    // What the store has of this appliance; before any watch is enlisted.
    void recall(appliance_state remembered);
    void start(); // once the watches of the store are enlisted
    void stop();  // ends what is under way; the tasks are in the shared group

    // What a watch of the store told before the restart, as far as that is known.
    telling presumed(bool seen, bool blocked) const { return census_.presumed(seen, blocked); }

    // A watch whose record is in the table: due at its record's `due`. From now on it is polled, until it ends or is
    // forgotten.
    void enlist(watch_slot slot);
    void forget(watch_slot slot); // takes it out of the table, too

    // A person wants it polled now (still within the budget).
    void poll_now(watch_slot slot);

    appliance_report report() const;
    void explain(watch_slot slot, polling_facts& told) const;
    std::size_t memory() const { return queue_.memory(); }
    const appliance_settings& settings() const { return settings_; }

private:
    // What a 401 would say: that the token is bad, or (in a repeat with another token; for a job that was refused
    // with a fresh one while others were shown) only that this job is not for us.
    enum class attempt : unsigned char
    {
        first,
        repeat,
    };
    struct due_poll
    {
        watch_slot slot = 0;
        request_pass pass;
    };
    struct loop
    {
        std::unique_ptr<appliance_connection> connection;
        std::unique_ptr<wake_timer> timer;
        bool parked = false;
    };

    asio::awaitable<void> run_pacer();
    asio::awaitable<void> run_loop(loop& mine);
    asio::awaitable<void> poll_one(appliance_connection& connection, due_poll mine);
    asio::awaitable<poll_answer>
    ask(appliance_connection& connection, const due_poll& mine, const std::string& job,
        const shared_token& token);
    asio::awaitable<void> settle(watch_slot slot, poll_answer answer);
    asio::awaitable<void> store_apart(watch_slot slot, watch_progress before, watch_update news);
    asio::awaitable<void> store_news(watch_slot slot, watch_progress before, watch_update news);

    std::optional<due_poll> take_due();
    boot_time next_moment();
    void look_again();
    bool needs_repeat(watch_record& record, const poll_answer& answer, attempt which);
    attempt attempt_of(const watch_record& record) const;
    void enqueue(watch_slot slot);
    void tell_conditions();
    void tell_condition(condition which, bool begins, const std::string& why);
    void note_renewal();
    void hasten_refused();
    void note_token_taken(const shared_token& used);
    void put_back(watch_slot slot, const watch_progress& before);
    watch_limits limits_of(const watch_record& record) const;
    watch_update
    news_of(const watch_record& record, const answer_decision& decided, const poll_answer& answer);
    void schedule_next(watch_slot slot);
    void ask_again(const due_poll& mine, watch_number number, trouble why);
    bool keeps_place(watch_record& record, const poll_answer& answer, const request_pass& pass);
    void keep_place(watch_slot slot);
    void note_surprise(watch_number number, watch_slot slot, const std::string& what);
    void
    note_answer(const poll_answer& answer, const request_pass& pass, const shared_token& used, attempt which);
    void tell_trouble(const std::string& job, const poll_answer& answer, attempt which);
    void on_node(const node_news& news);
    std::string troubles_of_nodes() const;
    std::vector<node_report> report_nodes() const;
    appliance_report report_uncounted() const;
    void count_due(appliance_report& told) const;
    poll_obstacle obstacle_of(const watch_record& record) const;

    const appliance_settings& settings_;
    std::unique_ptr<appliance_api> api_;
    poller_surroundings shared_;
    appliance_conditions conditions_;
    appliance_census census_;
    request_gate gate_;
    token_keeper token_;
    shared_token known_token_; // as the keeper had it when it last changed
    due_queue queue_;
    poll_statistics statistics_;
    trouble_memory troubles_;
    std::vector<loop> loops_;
    std::unique_ptr<wake_timer> pacer_;
    std::optional<std::size_t> serving_ = 0; // the node that serves, as last told
    std::uint16_t index_;                    // as watch_record::appliance
    std::size_t storing_ = 0;                // news on their way to the disk, apart from the loops
    bool stopping_ = false;
};

} // namespace jobwatch
