#include "io/state/group_writer.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

namespace jobwatch
{

group_writer::group_writer(
    std::unique_ptr<state_writer> writer, boost::asio::any_io_executor executor,
    std::shared_ptr<store_front> front, posted_diagnostics out, time_limit retain) :
    writer_(std::move(writer)),
    watches_(*writer_),
    executor_(std::move(executor)),
    front_(std::move(front)),
    out_(std::move(out)),
    thread_([this, retain] { run(retain); })
{
}

group_writer::~group_writer()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    news_.notify_one();
    thread_.join();
    writer_->end_use();
}

void group_writer::take(std::unique_ptr<write_request> request)
{
    {
        const std::lock_guard lock(mutex_);
        auto& queue = request->jobs() == 0 ? urgent_ : submits_;
        queue.push_back(std::move(request));
    }
    news_.notify_one();
}

void group_writer::run(time_limit retain)
{
    if (retain)
        retention_.emplace(*writer_, *retain);
    while (true)
    {
        auto requests = next_group();
        if (!requests)
            retire();
        else if (requests->empty())
            return;
        else
            carry_out(std::move(*requests));
    }
}

// None: nobody waits, and it is time for a step of retention. Empty: we are stopping, and nothing is left.
std::optional<group_writer::group> group_writer::next_group()
{
    std::unique_lock lock(mutex_);
    const auto wanted = [this] { return stopping_ || !urgent_.empty() || !submits_.empty(); };
    if (!retention_)
        news_.wait(lock, wanted);
    else if (!news_.wait_until(lock, next_step_, wanted))
        return std::nullopt;
    group taken;
    for (auto& request : urgent_)
        taken.push_back(std::move(request));
    urgent_.clear();
    std::size_t jobs = 0;
    while (!submits_.empty() && (jobs == 0 || jobs + submits_.front()->jobs() <= max_jobs_per_commit))
    {
        jobs += submits_.front()->jobs();
        taken.push_back(std::move(submits_.front()));
        submits_.pop_front();
    }
    return taken;
}

// A step that fails is undone; the disk's trouble shows with the writes that somebody waits for.
void group_writer::retire()
{
    const auto more = retention_->step(std::chrono::system_clock::now());
    const bool goes_on = more && *more;
    next_step_ = std::chrono::steady_clock::now() + (goes_on ? retention_pause : retention_interval);
    if (more)
        boost::asio::post(
            executor_,
            [front = front_, oldest = retention_->oldest(), ended = writer_->watches_ended()]
            { front->forget(oldest, ended); });
}

void group_writer::carry_out(group requests)
{
    const auto ec = try_together(requests);
    if (requests.size() > 1 && (means_constraint(ec) || means_full(ec)))
    {
        carry_out_alone(std::move(requests));
        return;
    }
    report(ec);
    hand_back(std::move(requests), ec ? make_error_code(errc::state_not_writable) : error_code());
}

// The one to blame is refused, the others are stored; and an ending may still fit where a large submit does not.
void group_writer::carry_out_alone(group requests)
{
    for (auto& request : requests)
    {
        group one;
        one.push_back(std::move(request));
        carry_out(std::move(one));
    }
}

error_code group_writer::try_together(const group& requests)
{
    cause_.clear();
    auto ec = writer_->begin();
    if (!ec)
        ec = apply_all(requests);
    if (!ec)
        return writer_->commit();
    cause_ = writer_->connection().last_error();
    writer_->undo();
    return ec;
}

error_code group_writer::apply_all(const group& requests)
{
    for (const auto& request : requests)
    {
        const auto ec = request->apply(*writer_, watches_);
        request->refused = is_answer(ec) ? ec : error_code();
        if (ec && !is_answer(ec))
            return ec;
    }
    return {};
}

// Trouble with the disk is said when it begins and when it is over. What the tables' rules refuse is a bug of ours
// or somebody's hand in the database, and says nothing about the disk.
void group_writer::report(error_code ec)
{
    if (means_constraint(ec))
    {
        out_.say(log_level::error, fmt::format("the state refused a write: {}", cause_));
        return;
    }
    if (ec && !failing_)
        out_.say(
            log_level::error,
            fmt::format(
                "the state cannot be written: {}; nothing of it was stored, later writes are tried again",
                ec.message()));
    if (!ec && failing_)
        out_.say(log_level::info, "the state can be written again");
    failing_ = static_cast<bool>(ec);
}

void group_writer::hand_back(group requests, error_code ec)
{
    group waiting;
    for (auto& request : requests)
    {
        if (request->asker_blocks())
            request->complete(ec ? ec : request->refused);
        else
            waiting.push_back(std::move(request));
    }
    boost::asio::post(
        executor_,
        [front = front_, events = writer_->take_events(), ended = writer_->watches_ended(),
         answered = std::move(waiting), ec]
        {
            front->show(events, ended);
            for (const auto& request : answered)
                request->complete(ec ? ec : request->refused);
        });
}

} // namespace jobwatch
