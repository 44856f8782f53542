// Carries out what the control socket asks: one function for each command. It knows nothing of sockets and lines;
// a session parses, asks here, and encodes the answer.
#pragma once

#include "core/control_answer.hpp"
#include "core/settings.hpp"
#include "engine/ending_board.hpp"
#include "engine/event_feed.hpp"
#include "engine/ports/event_log.hpp"
#include "engine/ports/state_backup.hpp"
#include "engine/scheduler.hpp"

#include <functional>
#include <memory>
#include <string>

namespace jobwatch
{

// Who asks, as the kernel told us.
struct caller
{
    submitter who;
    bool may_change = false;
};

// A `wait` under way. leave() ends it when its client has gone.
class wait_ticket
{
public:
    explicit wait_ticket(clock& time) : timer_(time.make_timer()) {}

    void leave()
    {
        gone_ = true;
        timer_->wake();
    }

private:
    friend class control_service;

    std::unique_ptr<wake_timer> timer_;
    bool gone_ = false;
};

// Of all waits together; one more is refused.
inline constexpr std::size_t max_waited_watches = 1'000'000;

class control_service
{
public:
    using outcome_of = answer_or_refusal<control_answer>;

    // What `status` tells beside the engine's own.
    struct process_facts
    {
        std::string version;
        wall_time started_at{};
        std::function<std::uint64_t()> memory;  // resident bytes
        std::function<std::uint64_t()> clients; // connections on both sockets
        state_backup* backup = nullptr;         // who makes copies of the state; none: nobody can
    };

    control_service(
        const settings& configured, watch_store& store, class scheduler& polled, event_feed& feed,
        ending_board& endings, event_log& log, clock& time, process_facts process);

    // Every command but wait and subscribe.
    asio::awaitable<outcome_of> execute(command asked, caller by);

    // Answers when the watches have ended, the time is up, or the client has gone (`ticket`).
    asio::awaitable<outcome_of> wait(wait_command asked, wait_ticket& ticket);

    // Does a filter name an appliance or kind that is neither configured nor carried by a watch? Then nothing can ever
    // pass it: a typing error, and no reason to wait in silence.
    asio::awaitable<std::optional<refusal>>
    refuse_unknown(std::optional<std::string> appliance, std::optional<std::string> family);

    // From now on everything is refused with `stopping`, and waits under way end with it.
    void stop();

private:
    struct selection
    {
        std::vector<selected_watch> asked; // in the order of the command: jobs, then watches
        std::vector<found_watch> found;    // one for each
    };

    // What a `wait` means.
    struct waited
    {
        std::vector<watch_number> numbers;
        std::vector<std::string> unknown;
    };

    asio::awaitable<outcome_of> submit(submit_command asked, caller by);
    asio::awaitable<outcome_of> list(list_command asked);
    asio::awaitable<outcome_of> get(get_command asked);
    asio::awaitable<outcome_of> explain(explain_command asked);
    asio::awaitable<outcome_of> remove(remove_command asked, caller by);
    asio::awaitable<outcome_of> poll(poll_command asked);
    asio::awaitable<outcome_of> backup(backup_command asked);
    outcome_of status() const;
    outcome_of version() const;
    outcome_of kinds() const;

    asio::awaitable<answer_or_refusal<watch_view>> view_of(watch_reference which);
    asio::awaitable<answer_or_refusal<selection>> select(watch_selection which);
    asio::awaitable<bool> is_carried(std::optional<std::string> appliance, std::optional<std::string> family);
    watch_update removal_of(watch_number number, const caller& by) const;
    asio::awaitable<answer_or_refusal<waited>> waited_watches(wait_command asked);
    asio::awaitable<result<void>> drop_ended(ending_wait& waiting);
    asio::awaitable<outcome_of> wait_answer_of(waited meant, bool timed_out);

    const settings& configured_;
    watch_store& store_;
    class scheduler& scheduler_;
    event_feed& feed_;
    ending_board& endings_;
    event_log& log_;
    clock& clock_;
    process_facts process_;
    std::vector<wait_ticket*> waits_;
    std::size_t waited_ = 0; // watches on the board
    bool stopping_ = false;
};

// Which appliance a submit without one means; a refusal that names the choices when that is not clear.
answer_or_refusal<std::string>
chosen_appliance(const std::optional<std::string>& asked, const settings& configured);
answer_or_refusal<std::string>
chosen_kind(const std::optional<std::string>& asked, const settings& configured);

// A failure of the store, as clients are told.
refusal store_refusal(const error_code& why);
refusal stopping_refusal();
refusal backup_refusal(const failure& why);
refusal job_id_refusal(std::string_view given);
refusal no_watch_refusal(const watch_reference& which);
refusal ended_refusal(watch_number number, std::string_view consequence);
refusal unknown_appliance_refusal(std::string_view asked, const settings& configured);
refusal unknown_kind_refusal(std::string_view asked, const settings& configured);

// A client's word as it is told back: to the letter, unless it is longer than a line should be.
std::string shown_word(const std::string& given);

// That so many open watches are not polled, and why; for `status` and the log.
std::string unconfigured_warning(std::uint64_t watches);

} // namespace jobwatch
