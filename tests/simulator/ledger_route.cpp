// GET /simulator/ledger/...: the time line of requests, and what it proves.
#include "appliance.hpp"
#include "headers.hpp"
#include "json_fields.hpp"

#include <boost/json.hpp>

#include <array>
#include <charconv>

namespace jobwatch::simulator
{

namespace
{

namespace json = boost::json;

constexpr std::array<std::string_view, 5> class_words{"login", "refresh", "start", "read", "other"};
constexpr std::array<std::string_view, 4> number_words{"after", "limit", "node", "rate"};
constexpr std::size_t job_limit = 256;
constexpr std::uint64_t number_limit = 1'000'000'000'000;

json::value query_value(std::string_view name, const std::string& text)
{
    double number = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole_text = ec == std::errc{} && end == text.data() + text.size();
    if (std::find(number_words.begin(), number_words.end(), name) == number_words.end() || !whole_text)
        return json::value(text);
    return json::value(number);
}

// "a=1&b=x" as an object, so that it is checked as one.
json::object query_object(std::string_view query)
{
    json::object object;
    while (!query.empty())
    {
        const std::string_view pair = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), pair.size() + 1));
        const std::size_t sign = std::min(pair.find('='), pair.size());
        const std::string_view name = pair.substr(0, sign);
        const auto text = percent_decoded(pair.substr(std::min(sign + 1, pair.size())));
        object[json::string_view(name.data(), name.size())] = query_value(name, text.value_or(""));
    }
    return object;
}

record_filter read_filter(json_fields& from)
{
    record_filter wanted;
    if (const auto which = from.word("class", class_words))
        wanted.kind = static_cast<request_class>(*which);
    if (const auto node = from.whole("node", 1, number_limit)) // people count nodes from 1
        wanted.node = *node - 1;
    wanted.job = from.text("job", job_limit);
    return wanted;
}

answer page_answer(http::status status, const json::object& page)
{
    answer given;
    given.status = status;
    given.kind = request_class::control;
    given.body = json::serialize(page);
    return given;
}

answer complain(const complaint& wrong)
{
    return page_answer(http::status::bad_request, {{"error", wrong.message}});
}

answer answer_requests(const timeline& requests, const json::object& query)
{
    json_fields from(query);
    const record_filter wanted = read_filter(from);
    const std::uint64_t after = from.whole("after", 0, number_limit).value_or(0);
    const std::uint64_t limit = from.whole("limit", 1, page_limit).value_or(1000);
    if (const auto wrong = from.mistake())
        return complain(*wrong);
    return page_answer(http::status::ok, requests.page(after, limit, wanted));
}

answer answer_pace(const timeline& requests, const json::object& query)
{
    json_fields from(query);
    const record_filter wanted = read_filter(from);
    const auto span = from.length("span", duration{1});
    const json::value* rate = from.any("rate");
    if (rate && (!rate->is_double() || rate->get_double() <= 0))
        from.blame("rate", "requests per second, above 0");
    if (const auto wrong = from.mistake())
        return complain(*wrong);
    const auto times = requests.arrivals(wanted);
    json::object page{{"requests", times.size()}, {"forgotten", requests.forgotten()}};
    if (span)
        page["most_in_window"] = most_in_window(times, *span);
    if (rate)
        page["burst_needed"] = burst_needed(times, rate->get_double());
    return page_answer(http::status::ok, page);
}

} // namespace

std::optional<answer> answer_ledger(appliance& of, const request& asked, std::string_view what)
{
    if (what == "ledger/requests")
        return answer_requests(of.witness.requests(), query_object(asked.query));
    if (what == "ledger/pace")
        return answer_pace(of.witness.requests(), query_object(asked.query));
    return std::nullopt;
}

} // namespace jobwatch::simulator
