// The durable state: watches and events. Every write completes only after its commit is on disk; `seq` is given
// inside the commit, and committed events are handed to the listener, in order, before the writer is answered.
#pragma once

#include "core/appliance_state.hpp"
#include "core/error.hpp"
#include "core/event.hpp"
#include "core/job_id.hpp"
#include "core/watch_view.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace jobwatch
{

// A watch to be opened, unless there is one.
struct new_watch
{
    job_id job;
    std::string appliance;
    std::string kind;
    wall_time submitted_at{};
    time_limit overdue_after;
    time_limit give_up_after;
    watch_labels labels;
    std::optional<submitter> submitted_by;
    bool again = false; // open a new one even though an earlier one has ended
};

// What became of a new_watch.
struct stored_watch
{
    watch_number number = 0;
    bool already = false;         // there was one, and nothing was changed
    std::optional<outcome> ended; // of the one that was there
};

// News of one open watch: what is to be stored and which events are to be said, in one commit. The store adds
// to the events what its record knows (appliance, kind, job, labels, who submitted).
struct watch_update
{
    watch_number number = 0;
    wall_time time{};
    std::optional<job_facts> facts;      // absent: what is stored stays, and the events say that
    std::optional<wall_time> updated_at; // absent: what is stored stays
    std::uint32_t polls = 0;
    bool seen = false; // as in watch_progress, so that a restart goes on with them
    bool unrecognised = false;
    bool overdue = false;
    bool blocked = false;
    std::vector<event_type> say;  // in order, before the ending's own event
    std::optional<outcome> ended; // gives job.finished, or watch.removed for outcome::removed
    std::optional<milliseconds> noticed_after;
    std::string reason;
    bool tls_verified = true;
    std::string document;
    bool document_truncated = false;
};

// An open watch as the scheduler needs it at start.
struct open_watch
{
    watch_number number = 0;
    std::string job;
    std::string appliance;
    std::string kind;
    wall_time submitted_at{};
    time_limit overdue_after;
    time_limit give_up_after;
    std::string overall_status;
    std::optional<wall_time> updated_at;
    std::uint32_t polls = 0;
    bool seen = false;
    bool unrecognised = false;
    bool overdue = false;
    bool blocked = false;
};

// An event as it is stored and sent: `text` is its line, newline included, encoded once.
struct stored_event
{
    event_seq seq = 0;
    event_type type{};
    std::string appliance;
    watch_number watch = 0;
    std::optional<outcome> ended;
    std::string text;
};
using shared_event = std::shared_ptr<const stored_event>;

// Which watch a client's word stands for, now.
struct found_watch
{
    watch_number number = 0; // 0: there is none
    std::optional<outcome> ended;
};

class watch_store
{
public:
    // A committed event and the value it was made from.
    struct committed
    {
        shared_event stored;
        std::shared_ptr<const event> value;
    };
    using listener = std::function<void(std::span<const committed>)>;

    virtual ~watch_store() = default;

    // Called on the engine's thread after each commit that held events, in `seq` order. Set once, before any write.
    virtual void on_committed(listener told) = 0;

    // --- writes; errc::state_not_writable when the disk refuses, and then nothing of it was stored ------------

    virtual boost::asio::awaitable<result<std::vector<stored_watch>>>
    submit(std::vector<new_watch> batch) = 0;

    // errc::watch_ended when it has ended already: nothing is changed then.
    virtual boost::asio::awaitable<result<void>> update(watch_update news) = 0;

    // Several in one commit: of each what update() would answer. An error of the whole: nothing of it was stored.
    virtual boost::asio::awaitable<result<std::vector<error_code>>>
    update_all(std::vector<watch_update> batch) = 0;

    // An event that is not about a watch.
    virtual boost::asio::awaitable<result<void>> append(event happened) = 0;

    // Replaces what is remembered of an appliance, and stores what is said of it, in one commit.
    virtual boost::asio::awaitable<result<void>>
    remember(std::string appliance, appliance_state state, std::optional<event> said) = 0;

    // --- reads ------------------------------------------------------------------------------------------------

    // The next `limit` open watches with a higher number, in order of number.
    virtual boost::asio::awaitable<result<std::vector<open_watch>>>
    open_watches(watch_number after, std::size_t limit) = 0;

    // Of every appliance of which there is something to remember, by its name.
    virtual boost::asio::awaitable<result<std::map<std::string, appliance_state>>> appliance_states() = 0;

    // At most asked.limit watches in order of number, without documents.
    virtual boost::asio::awaitable<result<std::vector<watch_view>>> list(list_command asked) = 0;

    // One watch with its document; empty when there is none.
    virtual boost::asio::awaitable<result<std::optional<watch_view>>> get(watch_reference which) = 0;

    // As many as were asked, in the same order.
    virtual boost::asio::awaitable<result<std::vector<found_watch>>>
    find(std::vector<watch_reference> which) = 0;

    // Those of the numbers that exist, in order of number, without documents.
    virtual boost::asio::awaitable<result<std::vector<watch_view>>>
    views(std::vector<watch_number> numbers) = 0;

    // All watches that carry all of these labels: numbers in order, at most `limit`.
    virtual boost::asio::awaitable<result<std::vector<watch_number>>>
    labelled(watch_labels labels, std::size_t limit) = 0;

    // Events after `seq`, in order, until `limit` events or about `bytes` of text are together; at least one if
    // there is any.
    virtual boost::asio::awaitable<result<std::vector<shared_event>>>
    events_after(event_seq seq, std::size_t limit, std::size_t bytes) = 0;

    // --- known without asking the disk ------------------------------------------------------------------------

    virtual const std::string& log_id() const = 0;   // UUID of this database
    virtual event_seq head() const = 0;              // newest committed event that the listener was told
    virtual event_seq oldest() const = 0;            // oldest event still kept; head() + 1 when none is
    virtual std::uint64_t watches_ended() const = 0; // ended watches still kept
};

} // namespace jobwatch
