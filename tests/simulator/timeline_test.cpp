#include "seeded.hpp"
#include "stage.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <algorithm>

using namespace jobwatch::simulator;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace
{

const time_point start{1'764'000'000s};
constexpr const char* uuid = "778a1024-dc18-49cb-833b-cfd6c000c090";

request_note read_at(duration after, std::string_view job = uuid)
{
    request_note note;
    note.kind = request_class::read;
    note.answered = http::status::ok;
    note.arrived = start + after;
    note.job = job;
    return note;
}

std::vector<time_point> times_at(const std::vector<duration>& after)
{
    std::vector<time_point> times;
    times.reserve(after.size());
    for (const duration one : after)
        times.push_back(start + one);
    return times;
}

// The same by counting every window that begins with a request.
std::uint64_t counted(const std::vector<time_point>& times, duration length)
{
    std::uint64_t most = 0;
    for (const time_point first : times)
        most = std::max<std::uint64_t>(
            most,
            static_cast<std::uint64_t>(std::count_if(
                times.begin(), times.end(),
                [&](time_point one) { return one >= first && one < first + length; })));
    return most;
}

} // namespace

TEST_CASE("the time line tells of each request when, of what class, where, about which job and how it went")
{
    timeline line;
    request_note note = read_at(1500us);
    note.node = 2;
    note.connection = 7;
    note.in_flight = 3;
    line.add(note);
    note.job = "";
    note.kind = request_class::login;
    note.answered = no_status;
    line.add(note);
    const json::object page = line.page(0, 10, {});
    const json::value& first = page.at("requests").at(0);
    CHECK(first.at("number") == 1);
    CHECK(first.at("arrived_us") == 1'764'000'000'001'500);
    CHECK(first.at("class") == "read");
    CHECK(first.at("node") == 3);
    CHECK(first.at("job") == uuid);
    CHECK(first.at("status") == 200);
    CHECK(first.at("in_flight") == 3);
    CHECK(first.at("connection") == 7);
    CHECK(page.at("requests").at(1).at("job").is_null());
    CHECK(page.at("requests").at(1).at("status") == 0);
}

TEST_CASE("the time line is read in pages")
{
    timeline line;
    for (int number = 0; number < 25; ++number)
        line.add(read_at(std::chrono::seconds{number}));
    std::uint64_t next = 0;
    std::vector<std::size_t> sizes;
    for (int page_number = 0; page_number < 4; ++page_number)
    {
        const json::object page = line.page(next, 10, {});
        sizes.push_back(page.at("requests").as_array().size());
        next = page.at("next").to_number<std::uint64_t>();
    }
    CHECK(sizes == std::vector<std::size_t>{10, 10, 5, 0});
    CHECK(next == 25);
    line.add(read_at(30s));
    CHECK(line.page(next, 10, {}).at("requests").at(0).at("number") == 26);
}

TEST_CASE("a page can be of one class, node or job")
{
    timeline line;
    request_note note = read_at(0s, "odd.name");
    line.add(note);
    note.node = 1;
    line.add(note);
    note.kind = request_class::login;
    note.job = "";
    line.add(note);
    record_filter wanted;
    wanted.kind = request_class::read;
    CHECK(line.page(0, 10, wanted).at("requests").as_array().size() == 2);
    wanted.node = 1;
    CHECK(line.page(0, 10, wanted).at("requests").at(0).at("number") == 2);
    wanted.job = "odd.name";
    CHECK(line.arrivals(wanted).size() == 1);
    wanted.job = uuid;
    CHECK(line.arrivals(wanted).empty());
}

TEST_CASE("the time line forgets the oldest, and says how many")
{
    timeline line(3);
    for (int number = 1; number <= 5; ++number)
        line.add(read_at(std::chrono::seconds{number}));
    const json::object page = line.page(0, 10, {});
    CHECK(page.at("requests").as_array().size() == 3);
    CHECK(page.at("requests").at(0).at("number") == 3);
    CHECK(page.at("forgotten") == 2);
    line.clear();
    line.add(read_at(9s));
    CHECK(line.page(0, 10, {}).at("requests").at(0).at("number") == 6);
    CHECK(line.forgotten() == 0);
    timeline none(0);
    none.add(read_at(1s));
    CHECK(none.page(0, 10, {}).at("requests").as_array().empty());
}

TEST_CASE("ids that are no UUIDs are kept up to a limit")
{
    timeline line;
    for (std::size_t number = 0; number <= odd_name_limit; ++number)
        line.add(read_at(0s, "job-" + std::to_string(number)));
    line.add(read_at(0s, "job-7"));
    line.add(read_at(0s, "778A1024-dc18-49cb-833b-cfd6c000c090"));
    const json::object page = line.page(odd_name_limit - 1, 10, {});
    CHECK(page.at("requests").at(0).at("job") == "job-9999");
    CHECK(page.at("requests").at(1).at("job") == "...");
    CHECK(page.at("requests").at(2).at("job") == "job-7");
    CHECK(page.at("requests").at(3).at("job") == "...");
}

TEST_CASE("the fullest window is found wherever it begins")
{
    CHECK(most_in_window({}, 1s) == 0);
    CHECK(most_in_window(times_at({0ms, 600ms, 900ms, 1400ms, 1500ms}), 1s) == 4);
    CHECK(most_in_window(times_at({0s, 1s, 2s}), 1s) == 1); // the end is no part of a window
    CHECK(most_in_window(times_at({0s, 0s, 0s}), 1us) == 3);
    seeded chance(11);
    std::vector<time_point> times;
    times.reserve(300);
    for (int number = 0; number < 300; ++number)
        times.push_back(start + std::chrono::milliseconds{chance.below(20'000)});
    std::sort(times.begin(), times.end());
    for (const duration length : {duration{1ms}, duration{50ms}, duration{1s}, duration{30s}})
        CHECK(most_in_window(times, length) == counted(times, length));
}

TEST_CASE("the burst that a client needed covers every window at once")
{
    CHECK(burst_needed({}, 10.0) == 0.0);
    CHECK(burst_needed(times_at({0ms, 100ms, 200ms}), 10.0) == doctest::Approx(1.0));
    CHECK(burst_needed(times_at({0ms, 0ms, 0ms, 100ms}), 10.0) == doctest::Approx(3.0));
    CHECK(burst_needed(times_at({0ms, 0ms, 0ms, 0ms, 10s, 10s}), 10.0) == doctest::Approx(4.0));
    CHECK(burst_needed(times_at({0s, 10s, 10s, 10s}), 10.0) == doctest::Approx(3.0));
    // Five in 350 ms are one more than a rate of ten allows beyond a burst of 1.
    CHECK(burst_needed(times_at({0ms, 50ms, 150ms, 250ms, 350ms}), 10.0) == doctest::Approx(1.5));
}

TEST_CASE("the time line is asked over the control paths, and mistakes are told")
{
    appliance box = make_appliance(options(), start);
    for (const duration after : {0ms, 0ms, 500ms})
        box.witness.request_begun(read_at(after));
    const auto get = [&box](std::string_view path, std::string_view query)
    {
        request asked;
        asked.method = http::verb::get;
        asked.path = path;
        asked.query = query;
        return json::parse(decide(box, asked, start).body);
    };
    const json::value page =
        get("/simulator/ledger/requests", std::string("limit=1&after=1&class=read&job=") + uuid);
    CHECK(page.at("requests").at(0).at("number") == 2);
    CHECK(page.at("requests").at(0).at("in_flight") == 2);
    const json::value pace = get("/simulator/ledger/pace", "span=100ms&rate=2");
    CHECK(pace.at("requests") == 3);
    CHECK(pace.at("most_in_window") == 2);
    CHECK(pace.at("burst_needed") == 2.0);
    CHECK(
        get("/simulator/ledger/pace", "class=write").at("error")
        == "class: needs login, refresh, start, read or other");
    CHECK(
        get("/simulator/ledger/pace", "rate=fast").at("error") == "rate: needs requests per second, above 0");
    CHECK(
        get("/simulator/ledger/requests", "limit=10001").at("error")
        == "limit: needs a whole number from 1 to 10000");
    CHECK(
        get("/simulator/ledger/requests", "offset=3").at("error")
        == "'offset' is not known here; known are class, node, job, after or limit");
}
