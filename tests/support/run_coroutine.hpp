// Runs one coroutine to its end on an io_context of the test's, and gives back what it returned or threw.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>

namespace jobwatch::test
{

// Longer than any test needs; reaching it means the coroutine hangs.
inline constexpr std::chrono::seconds patience{30};

namespace detail
{

template <class T>
boost::asio::awaitable<std::optional<T>> wrapped(boost::asio::awaitable<T> work)
{
    T value = co_await std::move(work);
    co_return std::optional<T>(std::move(value));
}

} // namespace detail

template <class T>
T run_coroutine(boost::asio::io_context& context, boost::asio::awaitable<T> work)
{
    std::exception_ptr failure;
    std::optional<T> value;
    bool done = false;
    boost::asio::co_spawn(
        context, std::move(work),
        [&](std::exception_ptr thrown, T given)
        {
            failure = thrown;
            value = std::move(given);
            done = true;
        });
    context.restart();
    const auto limit = std::chrono::steady_clock::now() + patience;
    while (!done && context.run_one_until(limit) != 0)
    {
    }
    if (!done)
        throw std::runtime_error("the coroutine hangs");
    if (failure)
        std::rethrow_exception(failure);
    return std::move(*value);
}

inline void run_coroutine(boost::asio::io_context& context, boost::asio::awaitable<void> work)
{
    std::exception_ptr failure;
    bool done = false;
    boost::asio::co_spawn(
        context, std::move(work),
        [&](std::exception_ptr thrown)
        {
            failure = thrown;
            done = true;
        });
    context.restart();
    const auto limit = std::chrono::steady_clock::now() + patience;
    while (!done && context.run_one_until(limit) != 0)
    {
    }
    if (!done)
        throw std::runtime_error("the coroutine hangs");
    if (failure)
        std::rethrow_exception(failure);
}

} // namespace jobwatch::test
