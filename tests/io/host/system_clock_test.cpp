#include "io/host/system_clock.hpp"
#include "support/run_coroutine.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;

TEST_CASE("a wait ends when its moment has come")
{
    boost::asio::io_context context;
    system_clock time(context.get_executor());
    const auto timer = time.make_timer();
    const auto moment = time.now() + milliseconds(20);
    test::run_coroutine(context, timer->wait_until(moment));
    CHECK(time.now() >= moment);
}

TEST_CASE("a wake that came before the wait is not lost, and counts once")
{
    boost::asio::io_context context;
    system_clock time(context.get_executor());
    const auto timer = time.make_timer();
    timer->wake();
    test::run_coroutine(context, timer->wait_until(never)); // hangs if the wake was lost
    const auto moment = time.now() + milliseconds(20);
    test::run_coroutine(context, timer->wait_until(moment));
    CHECK(time.now() >= moment);
}

TEST_CASE("a wake ends a wait that has no end of its own")
{
    boost::asio::io_context context;
    system_clock time(context.get_executor());
    const auto timer = time.make_timer();
    boost::asio::post(context, [&] { timer->wake(); });
    test::run_coroutine(context, timer->wait_until(never));
}
