// The open watches and who polls them: one appliance_poller for each configured appliance. Watches of an
// appliance or kind that is not configured are counted, not polled.
#pragma once

#include "core/settings.hpp"
#include "core/watch_view.hpp"
#include "engine/appliance_poller.hpp"

#include <functional>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

namespace jobwatch
{

class scheduler
{
public:
    using make_appliance = std::function<std::unique_ptr<appliance_api>(const appliance_settings&)>;

    // `configured` must outlive the scheduler.
    scheduler(
        const settings& configured, const make_appliance& make, watch_store& store, clock& time,
        diagnostics& log, task_group& tasks, chance& random);

    // Puts every open watch of the store on the list, each due at a random moment within its own interval; then
    // starts polling. An error means that the store could not be read.
    asio::awaitable<result<void>> start();
    void stop();

    void add(const new_watch& added, watch_number number); // just submitted
    void remove(watch_number number);                      // just removed; may be unknown here
    bool poll_now(watch_number number);                    // false: not polled here

    // Fills in what only the scheduler knows of an open watch.
    void complete(watch_view& view) const;

    // What there is to know of a watch, as `explain` needs it.
    explanation_facts explain(watch_view view) const;

    std::uint32_t polls_of(watch_number number) const; // 0 when it is not polled here
    std::uint64_t open() const { return watches_.size() + unconfigured_.size(); }
    std::uint64_t unconfigured() const { return unconfigured_.size(); }
    std::size_t memory() const;
    std::vector<appliance_report> reports() const;

private:
    std::optional<std::uint16_t> appliance_index(const std::string& name) const;
    std::optional<std::uint16_t> kind_index(const std::string& name) const;
    void load(const open_watch& stored);
    void enlist(watch_record record, bool fresh);

    const settings& configured_;
    clock& clock_;
    watch_store& store_;
    chance& random_;
    watch_table watches_;
    status_words words_;
    std::vector<kind> kinds_;
    std::vector<std::unique_ptr<appliance_poller>> pollers_;
    std::unordered_set<watch_number> unconfigured_;
};

} // namespace jobwatch
