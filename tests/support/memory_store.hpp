// The store port in memory, for the engine's stories. It keeps the port's promises: numbers and `seq` without
// holes, one open watch per job, terminal is a one-way door, the listener is told before the writer is answered.
#pragma once

#include "engine/ports/clock.hpp"
#include "engine/ports/watch_store.hpp"

#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace jobwatch::test
{

class memory_store final : public watch_store
{
public:
    // A full disk: every write is refused until this is set back.
    bool refuses_writes = false;

    // A slow disk: updates wait until release_updates().
    bool holds_updates = false;
    void release_updates();
    std::size_t held_updates() const { return held_.size(); }

    // A slow disk: each submit and update is committed so much later. Needs `time`.
    milliseconds write_latency{0};
    clock* time = nullptr;

    // A slow disk: each look at the events takes so long. It sees the head of its beginning, and what is kept at its end.
    // Needs `time`.
    std::function<milliseconds()> read_latency;

    // Called when find() has looked and before it answers: what happens in between.
    std::function<void()> between_find_and_answer;
    // The event's line; a test that reads lines may set wire's own.
    std::function<std::string(const event&, event_seq)> encode = [](const event&, event_seq seq)
    { return "{\"seq\":" + std::to_string(seq) + "}\n"; };

    void on_committed(listener told) override { told_ = std::move(told); }
    asio::awaitable<result<std::vector<stored_watch>>> submit(std::vector<new_watch> batch) override;
    asio::awaitable<result<void>> update(watch_update news) override;
    asio::awaitable<result<std::vector<error_code>>> update_all(std::vector<watch_update> batch) override;
    asio::awaitable<result<void>> append(event happened) override;
    asio::awaitable<result<void>>
    remember(std::string appliance, appliance_state state, std::optional<event> said) override;
    asio::awaitable<result<std::map<std::string, appliance_state>>> appliance_states() override;
    asio::awaitable<result<std::vector<open_watch>>>
    open_watches(watch_number after, std::size_t limit) override;
    asio::awaitable<result<std::vector<watch_view>>> list(list_command asked) override;
    asio::awaitable<result<std::optional<watch_view>>> get(watch_reference which) override;
    asio::awaitable<result<std::vector<found_watch>>> find(std::vector<watch_reference> which) override;
    asio::awaitable<result<std::vector<watch_view>>> views(std::vector<watch_number> numbers) override;
    asio::awaitable<result<std::vector<watch_number>>>
    labelled(watch_labels labels, std::size_t limit) override;
    asio::awaitable<result<std::vector<shared_event>>>
    events_after(event_seq seq, std::size_t limit, std::size_t bytes) override;

    const std::string& log_id() const override { return log_id_; }
    event_seq head() const override { return events_.size(); }
    event_seq oldest() const override { return oldest_; }
    std::uint64_t watches_ended() const override;

    // Ends the job's open watch at once, as a poll that finds it ended would.
    void finish(const std::string& job, outcome how);

    // As retention would.
    void forget_watch(watch_number number) { watches_.erase(number); }
    void forget_events_before(event_seq seq) { oldest_ = seq; }

    const std::vector<event>& events() const { return values_; }
    std::size_t count(event_type type) const;
    std::optional<outcome> ending_of(const std::string& job) const;

private:
    // What a restart goes on with, beside the view.
    struct flags
    {
        bool seen = false;
        bool unrecognised = false;
        bool overdue = false;
        bool blocked = false;
    };

    asio::awaitable<void> write_slowly();
    result<void> apply(const watch_update& news);
    const watch_view* newest(const watch_reference& which) const;
    const watch_view* newest_like(const new_watch& wanted) const;
    void commit(std::vector<event> happened);

    asio::awaitable<void> wait_while_held();

    listener told_;
    std::map<watch_number, watch_view> watches_;
    std::map<watch_number, flags> flags_;
    std::map<std::string, watch_number> newest_;                  // by "appliance kind job"
    std::unordered_map<std::string, watch_number> newest_of_job_; // watch of each job
    std::map<std::string, appliance_state> appliances_;
    std::vector<event> values_;
    std::vector<shared_event> events_;
    event_seq oldest_ = 1;
    std::vector<asio::steady_timer*> held_;
    std::string log_id_ = "5e1c0000-0000-4000-8000-000000000001";
};

} // namespace jobwatch::test
