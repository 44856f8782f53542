// Why a watch is where it is, in plain words: its state, the last answer, the next poll and the reason for its time,
// what stands in the way, what would end it, and what a person can do. The engine gathers the facts
// (control_explain); here they become sentences. Pure: the facts hold the time at which they are told.
#pragma once

#include "core/poll_reason.hpp"
#include "core/settings.hpp"
#include "core/watch_view.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jobwatch
{

// How an appliance's token is. The words are part of the protocol: never rename one.
enum class token_state : unsigned char
{
    valid,
    none_yet, // it is about to be had
    troubled, // it could not be had; the next try comes by itself
    refused,  // the login was refused so often that none is sent
    no_file,  // what stands in the token file cannot serve
};
std::string_view to_string(token_state value);

// Of it, too, nothing that is secret.
struct token_report
{
    token_state state = token_state::none_yet;
    std::optional<milliseconds> valid_for;   // absent: until it is refused
    std::optional<milliseconds> next_try_in; // absent: at once, or when the file changes
    std::uint32_t refused_logins = 0;        // in a row
    std::string trouble;                     // why it cannot be had or renewed, for a person; "" when it can
    std::string place;                       // the file or files of the secret
};

// Of an open watch that is polled.
struct polling_facts
{
    milliseconds age{};                       // since the submit, on the clock that nobody sets
    std::optional<milliseconds> answered_ago; // absent: no answer since the start
    std::optional<trouble> last_trouble;      // of the last answer; absent: it was a reading
    int last_http_status = 0;                 // of that trouble; 0: there was no HTTP answer
    bool seen = false;                        // there was a reading
    bool blocked = false;
    bool refused = false;                    // the last telling answer was a refusal
    bool refused_by_401 = false;             // and it was our token that was refused, for this job alone
    int foreign_answers = 0;                 // the last ones in a row, up to watch_progress::enough_in_a_row
    bool wordless = false;                   // the last readings had no status
    std::optional<milliseconds> missing_for; // a row of 404 goes on
    std::optional<milliseconds> lost_in;     // if it goes on; absent: it ends nothing as things are

    milliseconds due_in{}; // below zero: it has been due for so long
    milliseconds interval{};
    poll_reason reason = poll_reason::age;
    poll_obstacle obstacle = poll_obstacle::none;

    poll_settings poll;
    std::string status_pointer;   // of its kind
    std::string username;         // whose login it is; "" when the credential does not tell
    bool token_from_file = false; // somebody else keeps it fresh
    double requests_per_second = 0;
    milliseconds login_retry_after{};
    appliance_report appliance; // `due` and `stretch` only where the budget is the obstacle
    token_report token;
};

struct explanation_facts
{
    wall_time now{};
    watch_view watch;            // as `get` tells it, without the document
    bool appliance_known = true; // it is in the configuration
    bool kind_known = true;
    credential_form credential = credential_form::password; // of the appliance, where that is known
    std::optional<polling_facts> polling;
};

struct explain_answer
{
    explanation_facts facts;
    std::vector<std::string> text; // lines for a person
};

// The lines, without newlines: a heading of explanation_margin columns, then a sentence. What came from outside is
// made printable in it (one_line), and bounded.
std::vector<std::string> explain(const explanation_facts& facts);

inline constexpr std::size_t explanation_margin = 13;

} // namespace jobwatch
