#include "io/state/sqlite_watch_store.hpp"

#include "io/state/appliance_rows.hpp"
#include "io/state/state_database.hpp"

namespace jobwatch
{

namespace asio = boost::asio;

sqlite_watch_store::sqlite_watch_store(
    asio::any_io_executor executor, directory_lock lock, std::unique_ptr<state_writer> writer,
    std::unique_ptr<state_reads> reads, diagnostics& out, time_limit retain) :
    lock_(std::move(lock)),
    log_id_(writer->log_id()),
    was_left_in_order_(!writer->begin_use()),
    front_(std::make_shared<store_front>()),
    out_(executor, out)
{
    front_->head = writer->last_seq();
    front_->oldest = writer->oldest_seq();
    front_->ended = writer->watches_ended();
    writer_ = std::make_unique<group_writer>(std::move(writer), executor, front_, out_, retain);
    reader_ = std::make_unique<read_thread>(std::move(reads), executor);
}

// The order: no more reads, then the last commits, then nobody is told any more. Answers already posted still
// reach the coroutines that wait for them.
sqlite_watch_store::~sqlite_watch_store()
{
    reader_.reset();
    writer_.reset();
    front_->told = nullptr;
    out_.close();
}

void sqlite_watch_store::on_committed(listener told)
{
    front_->told = std::move(told);
}

asio::awaitable<result<std::vector<stored_watch>>> sqlite_watch_store::submit(std::vector<new_watch> batch)
{
    using answers = std::vector<stored_watch>;
    auto start = [this, asked = std::move(batch)](completion<answers> done) mutable
    { writer_->take(std::make_unique<submit_request>(std::move(asked), std::move(done))); };
    return await_completion<answers>(std::move(start));
}

asio::awaitable<result<void>> sqlite_watch_store::update(watch_update news)
{
    auto start = [this, given = std::move(news)](completion<void> done) mutable
    { writer_->take(std::make_unique<update_request>(std::move(given), std::move(done))); };
    return await_completion<void>(std::move(start));
}

asio::awaitable<result<std::vector<error_code>>>
sqlite_watch_store::update_all(std::vector<watch_update> batch)
{
    using answers = std::vector<error_code>;
    auto start = [this, given = std::move(batch)](completion<answers> done) mutable
    { writer_->take(std::make_unique<update_all_request>(std::move(given), std::move(done))); };
    return await_completion<answers>(std::move(start));
}

asio::awaitable<result<void>> sqlite_watch_store::append(event happened)
{
    auto start = [this, given = std::move(happened)](completion<void> done) mutable
    { writer_->take(std::make_unique<append_request>(std::move(given), std::move(done))); };
    return await_completion<void>(std::move(start));
}

asio::awaitable<result<void>>
sqlite_watch_store::remember(std::string appliance, appliance_state state, std::optional<event> said)
{
    auto start = [this, name = std::move(appliance), given = std::move(state),
                  with = std::move(said)](completion<void> done) mutable
    {
        writer_->take(std::make_unique<remember_request>(
            std::move(name), std::move(given), std::move(with), std::move(done)));
    };
    return await_completion<void>(std::move(start));
}

asio::awaitable<result<std::map<std::string, appliance_state>>> sqlite_watch_store::appliance_states()
{
    using states = std::map<std::string, appliance_state>;
    auto question = [](state_reads& reads) { return read_appliance_states(reads.connection()); };
    return reader_->ask<states>(question);
}

asio::awaitable<result<std::vector<open_watch>>>
sqlite_watch_store::open_watches(watch_number after, std::size_t limit)
{
    auto question = [=](state_reads& reads) { return reads.open_watches(after, limit); };
    return reader_->ask<std::vector<open_watch>>(question);
}

asio::awaitable<result<std::vector<watch_view>>> sqlite_watch_store::list(list_command asked)
{
    auto question = [given = std::move(asked)](state_reads& reads) { return reads.list(given); };
    return reader_->ask<std::vector<watch_view>>(std::move(question));
}

asio::awaitable<result<std::optional<watch_view>>> sqlite_watch_store::get(watch_reference which)
{
    auto question = [given = std::move(which)](state_reads& reads) { return reads.get(given); };
    return reader_->ask<std::optional<watch_view>>(std::move(question));
}

asio::awaitable<result<std::vector<found_watch>>> sqlite_watch_store::find(std::vector<watch_reference> which)
{
    auto question = [given = std::move(which)](state_reads& reads) { return reads.find(given); };
    return reader_->ask<std::vector<found_watch>>(std::move(question));
}

asio::awaitable<result<std::vector<watch_view>>> sqlite_watch_store::views(std::vector<watch_number> numbers)
{
    auto question = [given = std::move(numbers)](state_reads& reads) { return reads.views(given); };
    return reader_->ask<std::vector<watch_view>>(std::move(question));
}

asio::awaitable<result<std::vector<watch_number>>>
sqlite_watch_store::labelled(watch_labels labels, std::size_t limit)
{
    auto question = [given = std::move(labels), limit](state_reads& reads)
    { return reads.labelled(given, limit); };
    return reader_->ask<std::vector<watch_number>>(std::move(question));
}

asio::awaitable<result<std::vector<shared_event>>>
sqlite_watch_store::events_after(event_seq seq, std::size_t limit, std::size_t bytes)
{
    auto question = [=, head = front_->head](state_reads& reads)
    { return reads.events_after(seq, head, limit, bytes); };
    return reader_->ask<std::vector<shared_event>>(question);
}

error_code sqlite_watch_store::commit_log_mark(event_seq mark)
{
    auto request = std::make_unique<log_mark_request>(mark);
    auto verdict = request->answer();
    writer_->take(std::move(request));
    return verdict.get();
}

explained<std::unique_ptr<sqlite_watch_store>>
open_watch_store(const asio::any_io_executor& executor, const store_settings& settings, diagnostics& out)
{
    const auto& state_directory = settings.state_directory;
    const auto made = make_state_directory(state_directory);
    if (!made)
        return made.error();
    auto lock = directory_lock::take(state_directory, "lock", patient_pause());
    if (!lock)
        return lock.error();
    auto writer = open_state(settings, out);
    if (!writer)
        return writer.error();
    auto reading = open_state_reader(state_directory);
    if (!reading)
        return reading.error();
    auto reads = std::make_unique<state_reads>(std::move(*reading));
    return std::make_unique<sqlite_watch_store>(
        executor, std::move(*lock), std::move(*writer), std::move(reads), out, settings.retain);
}

} // namespace jobwatch
