// The watch_store port on SQLite (state.db): one thread writes in group commits, one reads. Belongs to the engine's
// thread; everything comes back there. Destroying it commits what was accepted.
#pragma once

#include "engine/ports/diagnostics.hpp"
#include "engine/ports/watch_store.hpp"
#include "io/state/directory_lock.hpp"
#include "io/state/group_writer.hpp"
#include "io/state/open_state.hpp"
#include "io/state/read_thread.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <memory>
#include <string>

namespace jobwatch
{

class sqlite_watch_store final : public watch_store
{
public:
    // The parts that open_watch_store has made.
    sqlite_watch_store(
        boost::asio::any_io_executor executor, directory_lock lock, std::unique_ptr<state_writer> writer,
        std::unique_ptr<state_reads> reads, diagnostics& out, time_limit retain);
    ~sqlite_watch_store() override;

    void on_committed(listener told) override;

    boost::asio::awaitable<result<std::vector<stored_watch>>> submit(std::vector<new_watch> batch) override;
    boost::asio::awaitable<result<void>> update(watch_update news) override;
    boost::asio::awaitable<result<std::vector<error_code>>>
    update_all(std::vector<watch_update> batch) override;
    boost::asio::awaitable<result<void>> append(event happened) override;
    boost::asio::awaitable<result<void>>
    remember(std::string appliance, appliance_state state, std::optional<event> said) override;

    boost::asio::awaitable<result<std::vector<open_watch>>>
    open_watches(watch_number after, std::size_t limit) override;
    boost::asio::awaitable<result<std::map<std::string, appliance_state>>> appliance_states() override;
    boost::asio::awaitable<result<std::vector<watch_view>>> list(list_command asked) override;
    boost::asio::awaitable<result<std::optional<watch_view>>> get(watch_reference which) override;
    boost::asio::awaitable<result<std::vector<found_watch>>>
    find(std::vector<watch_reference> which) override;
    boost::asio::awaitable<result<std::vector<watch_view>>> views(std::vector<watch_number> numbers) override;
    boost::asio::awaitable<result<std::vector<watch_number>>>
    labelled(watch_labels labels, std::size_t limit) override;
    // Nothing beyond head(): what the listener was not told yet is not shown here either.
    boost::asio::awaitable<result<std::vector<shared_event>>>
    events_after(event_seq seq, std::size_t limit, std::size_t bytes) override;

    const std::string& log_id() const override { return log_id_; }
    event_seq head() const override { return front_->head; }
    event_seq oldest() const override { return front_->oldest; }
    std::uint64_t watches_ended() const override { return front_->ended; }

    // Was the database left in order, when it was last used?
    bool was_left_in_order() const { return was_left_in_order_; }

    // For events_file: every event up to `mark` is in events.jsonl, synced. Blocks until it is committed; from any
    // thread but the engine's once the loop runs, and only while the store lives.
    error_code commit_log_mark(event_seq mark);

private:
    directory_lock lock_; // first, so that it is let go last
    std::string log_id_;
    bool was_left_in_order_;
    std::shared_ptr<store_front> front_;
    posted_diagnostics out_;
    std::unique_ptr<group_writer> writer_;
    std::unique_ptr<read_thread> reader_; // goes before the writer, which closes the database
};

// Takes the directory's lock, makes the directory, file and tables if there are none, sets a damaged database aside,
// and says by name what else is in the way. `out` must outlive the store and is told of trouble on the engine's thread.
explained<std::unique_ptr<sqlite_watch_store>> open_watch_store(
    const boost::asio::any_io_executor& executor, const store_settings& settings, diagnostics& out);

} // namespace jobwatch
