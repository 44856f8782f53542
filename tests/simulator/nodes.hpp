// The nodes of the cluster: what each is doing, and what it is going to do when. No socket and no clock in here; the
// transport asks `advance` and obeys.
#pragma once

#include "time_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

namespace jobwatch::simulator
{

enum class node_state : std::uint8_t
{
    up,
    refusing,        // nothing listens; the port stays ours
    silent,          // accepts and never says anything; open connections go quiet, too
    closing,         // accepts and closes at once
    handshake_fails, // answers the client's first words with a TLS alert
    starting,        // 503 to everything
    auth_down,       // 503 to whoever wants a token; all else works
};
constexpr std::size_t node_state_count = 7;

constexpr std::array<std::string_view, node_state_count> node_state_names{
    "up", "refusing", "silent", "closing", "handshake_fails", "starting", "auth_down"};

std::string_view name_of(node_state which);

// Whether connections live through such a state.
bool can_talk(node_state which);

enum class new_certificate : std::uint8_t
{
    none,
    same_authority,
    new_authority,
};

// One stretch of a node's time. What it changes is changed as it begins.
struct node_step
{
    node_state state = node_state::up;
    std::optional<duration> lasts;                       // empty: until somebody says otherwise
    bool refuses_old_tokens = false;                     // a new key for the tokens of the whole cluster
    new_certificate certificate = new_certificate::none; // resets connections, as a new web service does
    bool resets_connections = false;                     // also of a node that stays up
};

// What came to one node; the ledger has more about all of them together.
struct node_counts
{
    std::uint64_t connections = 0;
    std::uint64_t handshakes = 0;
    std::uint64_t handshakes_failed = 0;
    std::uint64_t requests = 0;
};

struct node
{
    node_step step;
    std::deque<node_step> to_come;
    std::optional<time_point> until; // when `step` is over
    span lag{};                      // how far its reads are behind what came to the others
    node_counts counts;
};

// A plan has at most so many steps.
constexpr std::size_t node_step_limit = 1000;

struct begun_step
{
    std::size_t node;
    node_step step;
};

class node_board
{
public:
    // There is always one.
    explicit node_board(std::size_t count = 1) : nodes_(std::max<std::size_t>(count, 1)) {}

    std::size_t size() const { return nodes_.size(); }
    node& at(std::size_t index) { return nodes_.at(index); }
    const node& at(std::size_t index) const { return nodes_.at(index); }

    // Replaces whatever the node was doing or going to do, from the next advance() on. The last step is made to stay.
    void plan(std::size_t index, std::vector<node_step> steps, time_point now);

    // The steps that have begun by `now` and were not told before, in order.
    std::vector<begun_step> advance(time_point now);

    std::optional<time_point> next_change() const;

    void reset_counts();

    // How far behind it is for one read, within its range.
    duration draw_lag(std::size_t index);

private:
    std::vector<node> nodes_;
    std::uint64_t lags_drawn_ = 0;
};

} // namespace jobwatch::simulator
