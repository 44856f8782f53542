// What the parts of an explanation (explanation*.cpp) share: the page that they write on, and the words for times.
#pragma once

#include "core/counted.hpp"
#include "core/explanation.hpp"
#include "core/timestamp.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace jobwatch
{

class explanation_page
{
public:
    // One sentence, or several that belong together. The heading is shown where it changes.
    void say(std::string_view heading, const std::string& sentence);

    std::vector<std::string> take_lines() { return std::move(lines_); }

private:
    std::vector<std::string> lines_;
    std::string heading_;
};

// As describe_duration, but "8 s" for "8.0 s".
std::string span_text(milliseconds span);

// "in 2 min 10 s (2026-11-23 14:02:11 UTC)", "now"; "2 min ago (...)".
std::string coming(wall_time now, milliseconds in);
std::string gone_by(wall_time now, wall_time then);

// "14:02:11 UTC"; with its date, when that is another day.
std::string moment(wall_time now, milliseconds in);

// A piece of text from outside made printable (one_line), and so short that a line with it can be read.
std::string piece(std::string_view outside);

// The same in quotes; with a full stop at its end; with a capital at its beginning, too.
std::string in_quotes(std::string_view outside);
std::string with_stop(std::string_view outside);
std::string as_sentence(std::string_view outside);

// Less is "now".
inline constexpr milliseconds shortest_told{100};

// Shortest form: "50", "0.5".
std::string plain_number(double value);

// Of a command of jobwatchctl: "--appliance prod --kind google/update-all-versions"
std::string options_of(const watch_view& watch);

// What decides in which domain we ask. The key of that name is a mistake beside a token file.
std::string domain_text(const explanation_facts& facts);

// Answers that came, and that nobody can do anything with.
bool is_useless(trouble answer);

// --- the parts of a page, in its order --------------------------------------------------------------------------
void tell_ended(explanation_page& page, const explanation_facts& facts);
void tell_unpolled(explanation_page& page, const explanation_facts& facts);
void tell_state(explanation_page& page, const explanation_facts& facts, const polling_facts& polling);
void tell_next_poll(explanation_page& page, const explanation_facts& facts, const polling_facts& polling);
void tell_way_there(explanation_page& page, const explanation_facts& facts, const polling_facts& polling);
void tell_endings(explanation_page& page, const explanation_facts& facts, const polling_facts& polling);
void tell_advice(explanation_page& page, const explanation_facts& facts, const polling_facts& polling);

} // namespace jobwatch
