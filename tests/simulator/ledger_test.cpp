#include "ledger.hpp"

#include <doctest/doctest.h>

using namespace jobwatch::simulator;
using namespace std::chrono_literals;

namespace
{
const time_point start{1'764'000'000s};
}

TEST_CASE("the ledger counts by class and status, and leaves its own paths out")
{
    ledger book(start);
    book.request_begun({request_class::login, http::status::unauthorized, start});
    book.request_ended(request_class::login);
    book.request_begun({request_class::read, http::status::unauthorized, start});
    book.request_ended(request_class::read);
    book.request_begun({request_class::control, http::status::ok, start});
    book.request_ended(request_class::control);
    const auto page = book.page(start);
    CHECK(page.at("requests") == 2);
    CHECK(page.at("by_class").at("login") == 1);
    CHECK(page.at("by_class").at("read") == 1);
    CHECK(page.at("by_status").at("401") == 2);
    CHECK(page.at("logins_refused") == 1);
    CHECK(page.at("answers_401_to_tokens") == 1);
}

TEST_CASE("the busiest second is found wherever it begins")
{
    ledger book(start);
    const auto at = [&book](duration after)
    {
        book.request_begun({request_class::read, http::status::ok, start + after});
        book.request_ended(request_class::read);
    };
    at(0ms);
    at(600ms);
    at(900ms);
    at(1400ms);
    at(1500ms); // four in the second that begins at 600 ms, three and two in the seconds of the clock
    CHECK(book.page(start).at("requests_per_second_max") == 4);
    at(5s);
    CHECK(book.page(start).at("requests_per_second_max") == 4);
}

TEST_CASE("what is in flight at once is remembered, logins apart")
{
    ledger book(start);
    book.request_begun({request_class::login, http::status::ok, start});
    book.request_begun({request_class::refresh, http::status::ok, start});
    book.request_begun({request_class::read, http::status::ok, start});
    book.request_ended(request_class::login);
    book.request_begun({request_class::login, http::status::ok, start});
    auto page = book.page(start);
    CHECK(page.at("in_flight") == 3);
    CHECK(page.at("in_flight_max") == 3);
    CHECK(page.at("logins_in_flight_max") == 2);

    book.reset(start + 1s);
    book.request_ended(request_class::read);
    page = book.page(start + 3s);
    CHECK(page.at("requests") == 0);
    CHECK(page.at("in_flight") == 2);
    CHECK(page.at("milliseconds") == 2000);
}
