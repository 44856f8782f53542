#include "io/appliance/resolver.hpp"
#include "support/run_coroutine.hpp"

#include <boost/asio/io_context.hpp>
#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <mutex>

using namespace jobwatch;

namespace
{

const auto some_address = asio::ip::make_address("192.0.2.7");

// A name service whose answers, and whose hanging, the test decides. Shared with threads that outlive the
// resolver.
struct name_service
{
    std::mutex guard;
    lookup_answer answer;
    std::promise<void> release;
    std::shared_future<void> released = release.get_future();
    std::atomic<bool> hangs = false;
    std::atomic<int> asked = 0;
    std::atomic<int> answered = 0;

    lookup_function lookup()
    {
        return [this](const std::string&)
        {
            ++asked;
            if (hangs)
                released.wait();
            lookup_answer given;
            {
                const std::lock_guard held(guard);
                given = answer;
            }
            ++answered;
            return given;
        };
    }
    void answer_with(std::vector<asio::ip::address> addresses, std::string failure)
    {
        const std::lock_guard held(guard);
        answer.addresses = std::move(addresses);
        answer.failure = std::move(failure);
    }
    // On a busy machine a lookup's thread may get its first turn after its caller's limit.
    void await_asked(int lookups) const
    {
        while (asked < lookups)
            std::this_thread::yield();
    }
    // The thread is past everything of ours once it has counted.
    void let_go(int lookups)
    {
        release.set_value();
        while (answered < lookups)
            std::this_thread::yield();
    }
};

struct resolving
{
    lookup_answer resolve(milliseconds limit = std::chrono::seconds(20))
    {
        return test::run_coroutine(context, resolver->resolve(bell, limit));
    }

    name_service names;
    asio::io_context context;
    asio::steady_timer bell{context};
    std::unique_ptr<host_resolver> resolver =
        std::make_unique<host_resolver>(context.get_executor(), "cm.test", names.lookup());
};

constexpr milliseconds short_limit{50}; // where reaching it is what is tested

} // namespace

TEST_CASE("a host name gives the name service's addresses")
{
    resolving the;
    the.names.answer_with({some_address}, "");
    const auto found = the.resolve();
    CHECK(found.addresses == std::vector{some_address});
    CHECK(the.names.asked == 1);
}

TEST_CASE("an address needs no name service")
{
    resolving the;
    for (const std::string host : {"192.0.2.7", "2001:db8::1"})
    {
        the.resolver = std::make_unique<host_resolver>(the.context.get_executor(), host, the.names.lookup());
        const auto found = the.resolve();
        CHECK(found.addresses == std::vector{asio::ip::make_address(host)});
    }
    CHECK(the.names.asked == 0);
}

TEST_CASE("when the name service fails, the last good addresses serve")
{
    resolving the;
    the.names.answer_with({}, "no such name");
    CHECK(the.resolve().failure == "no such name");
    the.names.answer_with({some_address}, "");
    CHECK(the.resolve().addresses.size() == 1);
    the.names.answer_with({}, "no such name");
    CHECK(the.resolve().addresses == std::vector{some_address});
}

TEST_CASE("a name service that hangs costs one thread and the limit, and its late answer counts")
{
    resolving the;
    the.names.hangs = true;
    the.names.answer_with({some_address}, "");
    CHECK(the.resolve(short_limit).addresses.empty());
    CHECK_FALSE(the.resolve(short_limit).failure.empty());
    the.names.await_asked(1);
    CHECK(the.names.asked == 1); // the second call waited for the first one's lookup
    the.names.release.set_value();
    CHECK(the.resolve().addresses == std::vector{some_address});
    CHECK(the.names.asked == 1);
}

TEST_CASE("while the name service hangs, the last good addresses are given without waiting again")
{
    resolving the;
    the.names.answer_with({some_address}, "");
    CHECK(the.resolve().addresses.size() == 1);
    the.names.hangs = true;
    CHECK(the.resolve(short_limit).addresses.size() == 1); // waits for the limit
    CHECK(the.resolve().addresses.size() == 1);            // and this one not: the limit is long
    the.names.await_asked(2);
    CHECK(the.names.asked == 2);
    the.names.let_go(2);
}

TEST_CASE("a resolver may go while the name service hangs, and its loop, too")
{
    name_service names;
    {
        asio::io_context context;
        asio::steady_timer bell{context};
        names.hangs = true;
        host_resolver resolver(context.get_executor(), "cm.test", names.lookup());
        CHECK(test::run_coroutine(context, resolver.resolve(bell, short_limit)).addresses.empty());
    }
    names.let_go(1);
}

TEST_CASE("a wait for the name service can be cut short")
{
    resolving the;
    the.names.hangs = true;
    asio::post(the.context, [&] { asio::post(the.context, [&] { the.bell.cancel(); }); });
    CHECK(the.resolve().addresses.empty());
    the.resolver.reset();
    the.names.let_go(1);
}

TEST_CASE("calls at the same time share one lookup")
{
    resolving the;
    the.names.answer_with({some_address}, "");
    the.names.hangs = true;
    asio::steady_timer other_bell{the.context};
    std::size_t others = 0;
    asio::co_spawn(
        the.context, the.resolver->resolve(other_bell, std::chrono::seconds(20)),
        [&](std::exception_ptr, lookup_answer found) { others = found.addresses.size(); });
    asio::post(the.context, [&] { the.names.release.set_value(); });
    CHECK(the.resolve().addresses.size() == 1);
    the.context.restart();
    the.context.poll();
    CHECK(others == 1);
    CHECK(the.names.asked == 1);
}

TEST_CASE("the system's name service knows this machine")
{
    const auto found = system_lookup("localhost");
    REQUIRE_FALSE(found.addresses.empty());
    CHECK(found.addresses.front().is_loopback());
    CHECK_FALSE(system_lookup("a name with spaces.invalid").failure.empty());
}
