#include "engine/control_service.hpp"

#include <algorithm>

namespace jobwatch
{

namespace
{

// Calls its function when the coroutine leaves the scope, however it leaves.
template <class Function>
class at_exit
{
public:
    explicit at_exit(Function leave) : leave_(std::move(leave)) {}
    ~at_exit() { leave_(); }
    at_exit(const at_exit&) = delete;
    at_exit& operator=(const at_exit&) = delete;

private:
    Function leave_;
};

constexpr std::size_t views_page = 500; // views read from the store at once

} // namespace

// The watches that `wait` means, open and ended.
asio::awaitable<answer_or_refusal<control_service::waited>>
control_service::waited_watches(wait_command asked)
{
    waited meant;
    if (!asked.labels.empty())
    {
        const auto labelled = co_await store_.labelled(std::move(asked.labels), max_jobs_per_request + 1);
        if (!labelled)
            co_return store_refusal(labelled.error());
        if (labelled->size() > max_jobs_per_request)
            co_return refusal{
                refusal_code::too_many,
                "more than " + std::to_string(max_jobs_per_request) + " watches carry these labels",
                {{"limit", std::int64_t{max_jobs_per_request}}}};
        meant.numbers = *labelled;
        co_return meant;
    }
    const auto chosen = co_await select(std::move(asked.which));
    if (!chosen)
        co_return chosen.error();
    for (const selected_watch& one : chosen->asked)
    {
        if (one.number == 0)
            meant.unknown.push_back(one.asked);
        else
            meant.numbers.push_back(one.number);
    }
    std::sort(meant.numbers.begin(), meant.numbers.end());
    meant.numbers.erase(std::unique(meant.numbers.begin(), meant.numbers.end()), meant.numbers.end());
    co_return meant;
}

// Takes those off that have ended before they were put on the board.
asio::awaitable<result<void>> control_service::drop_ended(ending_wait& waiting)
{
    std::vector<watch_number> numbers(waiting.open.begin(), waiting.open.end());
    std::vector<watch_reference> references(numbers.begin(), numbers.end());
    const auto found = co_await store_.find(std::move(references));
    if (!found)
        co_return found.error();
    for (std::size_t element = 0; element < numbers.size(); ++element)
    {
        const found_watch& now = (*found)[element];
        const bool forgotten = now.number == 0; // ended, and removed by retention since it was looked up
        if ((now.ended || forgotten) && waiting.open.contains(numbers[element]))
            endings_.ended_for(waiting, numbers[element]);
    }
    co_return result<void>();
}

asio::awaitable<control_service::outcome_of> control_service::wait(wait_command asked, wait_ticket& ticket)
{
    if (stopping_)
        co_return stopping_refusal();
    const boot_time limit = asked.timeout ? clock_.now() + std::min(*asked.timeout, max_wait_timeout) : never;
    const bool any = asked.any;
    auto meant = co_await waited_watches(std::move(asked));
    if (!meant)
        co_return meant.error();
    const std::size_t count = meant->numbers.size();
    if (waited_ + count > max_waited_watches)
        co_return refusal{
            refusal_code::too_many,
            "all waits together may name " + std::to_string(max_waited_watches) + " watches",
            {{"limit", std::int64_t{max_waited_watches}}}};

    ending_wait waiting;
    waiting.timer = ticket.timer_.get();
    waiting.open.insert(meant->numbers.begin(), meant->numbers.end());
    endings_.put(waiting);
    waited_ += count;
    waits_.push_back(&ticket);
    const at_exit leave(
        [&]
        {
            endings_.take(waiting);
            waited_ -= count;
            std::erase(waits_, &ticket);
        });
    const auto dropped = co_await drop_ended(waiting);
    if (!dropped)
        co_return store_refusal(dropped.error());
    while (!waiting.open.empty() && !(any && waiting.ended != 0))
    {
        if (stopping_ || ticket.gone_)
            co_return stopping_refusal();
        if (clock_.now() >= limit)
            break;
        co_await ticket.timer_->wait_until(limit);
    }
    const bool timed_out = !waiting.open.empty() && !(any && waiting.ended != 0);
    outcome_of given = co_await wait_answer_of(std::move(*meant), timed_out);
    co_return given;
}

asio::awaitable<control_service::outcome_of> control_service::wait_answer_of(waited meant, bool timed_out)
{
    wait_answer told;
    told.unknown = std::move(meant.unknown);
    told.timed_out = timed_out;
    for (std::size_t from = 0; from < meant.numbers.size(); from += views_page)
    {
        const auto first = meant.numbers.begin() + static_cast<std::ptrdiff_t>(from);
        const std::size_t count = std::min(views_page, meant.numbers.size() - from);
        std::vector<watch_number> page(first, first + static_cast<std::ptrdiff_t>(count));
        auto views = co_await store_.views(std::move(page));
        if (!views)
            co_return store_refusal(views.error());
        for (watch_view& view : *views)
        {
            scheduler_.complete(view);
            (view.ended ? told.ended : told.open).push_back(std::move(view));
        }
    }
    co_return told;
}

} // namespace jobwatch
