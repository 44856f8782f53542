#include "io/state/events_file.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace jobwatch
{

events_file::events_file(
    boost::asio::any_io_executor executor, const events_file_settings& settings, directory_lock lock,
    events_appender file, std::unique_ptr<state_reads> reads, log_mark_writer mark, event_seq logged,
    event_seq head, diagnostics& out) :
    lock_(std::move(lock)),
    path_(settings.logs_directory + "/events.jsonl"),
    folder_(settings.logs_directory),
    rotate_size_(settings.rotate_size),
    file_(std::move(file)),
    archive_(settings.logs_directory, settings.rotate_keep),
    reads_(std::move(reads)),
    mark_(std::move(mark)),
    out_(std::move(executor), out),
    logged_(logged),
    head_(head),
    thread_([this] { run(); })
{
}

events_file::~events_file()
{
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    news_.notify_one();
    thread_.join();
    out_.close();
}

void events_file::advance(event_seq head)
{
    {
        const std::lock_guard lock(mutex_);
        head_ = std::max(head_, head);
    }
    news_.notify_one();
}

void events_file::run()
{
    if (const auto ec = archive_.tidy())
        out_.say(
            log_level::warning, fmt::format("cannot tidy the event files in {}: {}", folder_, ec.message()));
    while (wait_for_work())
    {
        if (logged_ < head())
            report(write_page());
        else
            compress();
    }
}

event_seq events_file::head()
{
    const std::lock_guard lock(mutex_);
    return head_;
}

// False: we are stopping, and all is written that can be. Compressing waits for the next start then.
bool events_file::wait_for_work()
{
    std::unique_lock lock(mutex_);
    if (pause_ != milliseconds{})
        news_.wait_for(lock, pause_, [this] { return stopping_; });
    else if (!archive_.has_work())
        news_.wait(lock, [this] { return stopping_ || logged_ < head_; });
    return !stopping_ || (logged_ < head_ && pause_ == milliseconds{});
}

error_code events_file::write_page()
{
    const auto head_now = head();
    const auto bytes = std::min(bytes_per_append, rotate_size_);
    const auto page = reads_->events_after(logged_, head_now, events_per_append, bytes);
    if (!page)
        return page.error();
    std::string lines;
    for (const auto& one : *page)
        lines += one->text;
    if (lines.empty()) // nothing more is there
    {
        warn_of_hole(logged_, head_now + 1);
        logged_ = head_now;
        return {};
    }
    if (const auto ec = make_room(lines.size()))
        return ec;
    if (const auto ec = file_->append(lines))
        return ec;
    event_seq last = logged_;
    for (const auto& one : *page)
    {
        warn_of_hole(last, one->seq);
        last = one->seq;
    }
    logged_ = last;
    return {};
}

// Leaves the file open, ours, and with room for so much before the next rotation.
error_code events_file::make_room(std::size_t bytes)
{
    if (const auto ec = heed_others())
        return ec;
    if (file_->size() == 0 || file_->size() + bytes <= rotate_size_)
        return {};
    return rotate();
}

// The mark first: once the file is away, only the mark tells a restart where to go on.
error_code events_file::rotate()
{
    if (const auto ec = mark_(logged_))
        return ec;
    file_.reset();
    if (const auto ec = archive_.take(path_, logged_))
        return ec;
    return reopen();
}

error_code events_file::reopen()
{
    auto opened = events_appender::open(path_, folder_);
    if (!opened)
        return opened.error();
    file_.emplace(std::move(*opened));
    return {};
}

// What others did to the file is said, and the file taken as it now is. Nothing is written twice to make good.
error_code events_file::heed_others()
{
    using state = events_appender::state;
    if (!file_)
        return reopen();
    const auto seen = file_->look(path_);
    if (seen == state::ours)
        return {};
    const auto what = seen == state::shrunk ? "is shorter than what was written to it"
        : seen == state::grown              ? "was written to by somebody else"
                                            : "was moved or removed";
    out_.say(
        log_level::warning,
        fmt::format(
            "{} {}; it is rotated by jobwatchd itself and must be left alone by others", path_, what));
    file_.reset();
    return reopen();
}

void events_file::warn_of_hole(event_seq last, event_seq next)
{
    if (next == last + 1)
        return;
    out_.say(
        log_level::error,
        fmt::format("events {} to {} are not in the database and so not in {}", last + 1, next - 1, path_));
}

void events_file::compress()
{
    if (!archive_.has_work())
        return;
    if (const auto ec = archive_.work())
        out_.say(
            log_level::warning,
            fmt::format("cannot compress an event file in {}: {}", folder_, ec.message()));
}

void events_file::report(error_code ec)
{
    if (ec && pause_ == milliseconds{})
        out_.say(
            log_level::error,
            fmt::format(
                "{} cannot be written: {}; its events wait in the database, and it is tried again", path_,
                ec.message()));
    if (!ec && pause_ != milliseconds{})
        out_.say(log_level::info, fmt::format("{} can be written again", path_));
    if (!ec)
        pause_ = milliseconds{};
    else
        pause_ = pause_ == milliseconds{} ? first_append_pause : std::min(pause_ * 2, longest_append_pause);
}

} // namespace jobwatch
