// GET of a collection: a page of jobs, filtered and sorted as the query says.
#include "appliance.hpp"
#include "headers.hpp"
#include "time_text.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <map>

namespace jobwatch::simulator
{

namespace
{

namespace json = boost::json;

constexpr std::size_t usual_limit = 10;
constexpr std::size_t most_on_a_page = 1000; // nobody knows the appliance's own

struct list_query
{
    std::size_t skip = 0;
    std::size_t limit = usual_limit;
    std::vector<std::string> sort; // names of members, the first counts most; a `-` in front: descending
    std::map<std::string, std::vector<std::string>> filters; // any of the values will do
};

std::optional<std::size_t> whole_number(const std::string& text)
{
    std::size_t number = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    return ec == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::vector<std::string> parts_of(std::string_view text)
{
    std::vector<std::string> parts;
    while (!text.empty())
    {
        parts.emplace_back(text.substr(0, text.find(',')));
        text.remove_prefix(std::min(text.size(), parts.back().size() + 1));
    }
    return parts;
}

// Answers the name of a parameter that is wrong, else nothing. What is no parameter of ours is overlooked.
std::optional<std::string> read_query(std::string_view text, const family& of, list_query& into)
{
    for (const auto& [name, value] : query_pairs(text))
    {
        const bool number = name == "skip" || name == "limit";
        const auto read = number ? whole_number(value) : std::nullopt;
        if (number && !read)
            return name;
        if (number)
            (name == "skip" ? into.skip : into.limit) = *read;
        else if (name == "sort")
            into.sort = parts_of(value);
        else if (name == "id" || name == of.status || name == "cloud" || name == of.targets)
            into.filters[name].push_back(value);
    }
    into.limit = std::min(into.limit, most_on_a_page);
    return std::nullopt;
}

bool is_one_of(const json::value& value, const std::vector<std::string>& wanted)
{
    if (value.is_array())
        return std::ranges::any_of(
            value.get_array(), [&wanted](const json::value& one) { return is_one_of(one, wanted); });
    return value.is_string() && std::ranges::find(wanted, std::string(value.get_string())) != wanted.end();
}

bool fits(const json::object& job, const list_query& wanted)
{
    return std::ranges::all_of(
        wanted.filters,
        [&job](const auto& filter)
        {
            const json::value* member = job.if_contains(filter.first);
            return member && is_one_of(*member, filter.second);
        });
}

// Times are compared as times: their texts have more or fewer digits.
std::pair<time_point, std::string> sort_key(const json::object& job, std::string_view name)
{
    const json::value* member = job.if_contains(json::string_view(name.data(), name.size()));
    if (!member)
        return {};
    const std::string text =
        member->is_string() ? std::string(member->get_string()) : json::serialize(*member);
    const auto when = parse_appliance_time(text);
    return when ? std::pair(*when, std::string()) : std::pair(time_point{}, text);
}

void sort_by(std::vector<json::object>& jobs, std::string_view name)
{
    const bool descending = name.starts_with('-');
    name.remove_prefix(descending ? 1 : 0);
    std::ranges::stable_sort(
        jobs,
        [name, descending](const json::object& one, const json::object& other)
        {
            return descending ? sort_key(other, name) < sort_key(one, name)
                              : sort_key(one, name) < sort_key(other, name);
        });
}

std::vector<json::object> jobs_of(const std::vector<std::string>& texts, const list_query& wanted)
{
    std::vector<json::object> jobs;
    for (const std::string& text : texts)
    {
        boost::system::error_code ec;
        json::value parsed = json::parse(text, ec);
        if (!ec && parsed.is_object() && fits(parsed.get_object(), wanted))
            jobs.push_back(std::move(parsed.get_object()));
    }
    for (auto name = wanted.sort.rbegin(); name != wanted.sort.rend(); ++name)
        sort_by(jobs, *name);
    return jobs;
}

} // namespace

answer answer_job_list(appliance& of, const request& asked, const family& which, time_point now)
{
    list_query wanted;
    if (const auto wrong = read_query(asked.query, which, wanted))
        return refuse(
            request_class::other, http::status::bad_request, invalid_value,
            *wrong + ": a whole number is required");
    const std::vector<json::object> jobs = jobs_of(of.jobs.list(which, vantage_of(of, asked, now)), wanted);
    json::array page;
    for (std::size_t index = wanted.skip; index < jobs.size() && page.size() < wanted.limit; ++index)
        page.emplace_back(jobs[index]);
    answer listed;
    listed.body = json::serialize(json::object{
        {"skip", wanted.skip},
        {"limit", wanted.limit},
        {"total", jobs.size()},
        {"resources", std::move(page)}});
    return listed;
}

} // namespace jobwatch::simulator
