#include "core/explanation.hpp"

#include "core/explanation_page.hpp"
#include "core/one_line.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace jobwatch
{

namespace
{

// Later moments are not told by the calendar: no clock reaches them, and no sum of them may overflow.
constexpr milliseconds farthest{3650LL * 24 * 3'600'000};

constexpr std::size_t max_piece = 300; // bytes

void tell_watch(explanation_page& page, const watch_view& watch)
{
    page.say(
        "watch",
        std::to_string(watch.number) + ": job " + piece(watch.job) + ", appliance " + piece(watch.appliance)
            + ", kind " + piece(watch.kind));
}

} // namespace

std::string_view to_string(token_state value)
{
    switch (value)
    {
    case token_state::valid:
        return "valid";
    case token_state::none_yet:
        return "none_yet";
    case token_state::troubled:
        return "troubled";
    case token_state::refused:
        return "refused";
    case token_state::no_file:
        return "no_file";
    }
    return "unknown";
}

// --- the page -------------------------------------------------------------------------------------------------------

void explanation_page::say(std::string_view heading, const std::string& sentence)
{
    std::string line(heading == heading_ ? std::string_view() : heading);
    line.resize(explanation_margin, ' ');
    lines_.push_back(line + sentence);
    heading_ = heading;
}

std::string span_text(milliseconds span)
{
    std::string text = describe_duration(span);
    if (const auto tenths = text.find(".0 "); tenths != std::string::npos)
        text.erase(tenths, 2);
    return text;
}

std::string coming(wall_time now, milliseconds in)
{
    if (in < shortest_told)
        return "now";
    const std::string span = "in " + span_text(in);
    return in > farthest ? span : span + " (" + describe_timestamp(now + in) + ')';
}

std::string gone_by(wall_time now, wall_time then)
{
    const auto ago = std::chrono::floor<milliseconds>(now) - std::chrono::floor<milliseconds>(then);
    return span_text(ago) + " ago (" + describe_timestamp(then) + ')';
}

std::string moment(wall_time now, milliseconds in)
{
    if (in > farthest)
        return "some far day";
    const std::string then = describe_timestamp(now + in);
    constexpr std::size_t date = std::string_view("2026-11-23 ").size();
    return then.compare(0, date, describe_timestamp(now), 0, date) == 0 ? then.substr(date) : then;
}

std::string piece(std::string_view outside)
{
    std::string line = one_line(outside);
    if (line.size() <= max_piece)
        return line;
    std::size_t end = max_piece;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80)
        --end; // not within a character
    line.resize(end);
    return line += "...";
}

std::string in_quotes(std::string_view outside)
{
    return '"' + piece(outside) + '"';
}

std::string with_stop(std::string_view outside)
{
    std::string text = piece(outside);
    return text.ends_with('.') ? text : text + '.';
}

std::string as_sentence(std::string_view outside)
{
    std::string text = with_stop(outside);
    if (text.front() >= 'a' && text.front() <= 'z')
        text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text;
}

std::string plain_number(double value)
{
    std::array<char, 32> digits{};
    const auto [end, failure] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    return failure == std::errc{} ? std::string(digits.data(), end) : std::string("?");
}

std::string options_of(const watch_view& watch)
{
    return "--appliance " + piece(watch.appliance) + " --kind " + piece(watch.kind);
}

bool is_useless(trouble answer)
{
    return answer == trouble::server_error || answer == trouble::refused || answer == trouble::unreadable
        || answer == trouble::too_large;
}

std::string domain_text(const explanation_facts& facts)
{
    return facts.credential == credential_form::token_file ? "the domain of the token" : "`domain`";
}

// --- the whole ------------------------------------------------------------------------------------------------------

std::vector<std::string> explain(const explanation_facts& facts)
{
    explanation_page page;
    tell_watch(page, facts.watch);
    if (facts.watch.ended)
    {
        tell_ended(page, facts);
    }
    else if (!facts.polling)
    {
        tell_unpolled(page, facts);
    }
    else
    {
        tell_state(page, facts, *facts.polling);
        tell_next_poll(page, facts, *facts.polling);
        tell_way_there(page, facts, *facts.polling);
        tell_endings(page, facts, *facts.polling);
        tell_advice(page, facts, *facts.polling);
    }
    return page.take_lines();
}

} // namespace jobwatch
