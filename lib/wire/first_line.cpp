#include "wire/first_line.hpp"

#include "wire/json_text.hpp"

#include <boost/json/serialize.hpp>

#include <charconv>
#include <limits>
#include <optional>

namespace jobwatch
{

namespace
{

std::optional<event_seq> parse_seq(std::string_view text)
{
    event_seq value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc() || end != text.data() + text.size() || text.empty())
        return std::nullopt;
    if (value > static_cast<event_seq>(std::numeric_limits<std::int64_t>::max()))
        return std::nullopt;
    return value;
}

} // namespace

answer_or_refusal<subscribe_start> parse_first_line(std::string_view line)
{
    if (!line.empty() && line.back() == '\r')
        line.remove_suffix(1);
    const std::string_view given = line;
    if (line == "tail" || line.empty())
        return subscribe_start(from_tail{});
    if (line == "begin")
        return subscribe_start(from_begin{});
    constexpr std::string_view after = "after ";
    if (line.substr(0, after.size()) == after)
    {
        line.remove_prefix(after.size());
        cursor place;
        const std::size_t space = line.find(' ');
        if (space != std::string_view::npos && space != 0)
        {
            place.log = line.substr(0, space);
            line.remove_prefix(space + 1);
        }
        if (const auto seq = parse_seq(line))
        {
            place.seq = *seq;
            return subscribe_start(place);
        }
    }
    return refusal{
        refusal_code::invalid_request,
        "the first line is " + quoted(given)
            + "; allowed: tail, begin, after SEQ, or after LOG SEQ (at most 128 bytes)",
        {{"given", printable(given)}, {"allowed", "tail, begin, after SEQ, after LOG SEQ"}}};
}

std::string gap_event_line(event_seq from, event_seq to, std::string_view why)
{
    return "{\"event\":\"gap\",\"from\":" + std::to_string(from) + ",\"to\":" + std::to_string(to)
        + ",\"why\":" + boost::json::serialize(boost::json::string_view(why.data(), why.size())) + "}\n";
}

} // namespace jobwatch
