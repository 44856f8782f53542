// get and explain: one watch, as it is stored and as the scheduler knows it.
#include "engine/control_service.hpp"

namespace jobwatch
{

// As the store has it.
asio::awaitable<answer_or_refusal<watch_view>> control_service::view_of(watch_reference which)
{
    const watch_reference asked = which;
    auto found = co_await store_.get(std::move(which));
    if (!found)
        co_return store_refusal(found.error());
    if (!*found)
        co_return no_watch_refusal(asked);
    co_return std::move(**found);
}

asio::awaitable<control_service::outcome_of> control_service::get(get_command asked)
{
    auto view = co_await view_of(std::move(asked.which));
    if (!view)
        co_return view.error();
    scheduler_.complete(*view);
    co_return std::move(*view);
}

asio::awaitable<control_service::outcome_of> control_service::explain(explain_command asked)
{
    auto view = co_await view_of(std::move(asked.which));
    if (!view)
        co_return view.error();
    view->document.clear();
    explain_answer told;
    told.facts = scheduler_.explain(std::move(*view));
    told.text = jobwatch::explain(told.facts);
    co_return told;
}

} // namespace jobwatch
