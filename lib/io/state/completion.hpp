// The way back from a thread that works for us to the coroutine that waits: a completion travels with the request
// and is called, once, on the executor of that coroutine. (Boost 1.81 has no any_completion_handler.)
#pragma once

#include "core/error.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <concepts>
#include <memory>
#include <utility>

namespace jobwatch
{

template <class T>
class completion
{
public:
    template <class Handler>
    requires(!std::same_as<Handler, completion>) explicit completion(Handler handler) :
        target_(std::make_unique<holder<Handler>>(std::move(handler)))
    {
    }

    void operator()(result<T> given)
    {
        const auto waiting = std::move(target_);
        waiting->resume(std::move(given));
    }

private:
    struct target
    {
        virtual ~target() = default;
        virtual void resume(result<T> given) = 0;
    };
    template <class Handler>
    struct holder final : target
    {
        explicit holder(Handler waiting) : handler(std::move(waiting)) {}
        void resume(result<T> given) override { std::move(handler)(std::move(given)); }
        Handler handler;
    };

    std::unique_ptr<target> target_;
};

// Calls start(completion<T>) when awaited, and gives what that completion is called with. Not a coroutine of ours:
// the awaited one is Asio's, which g++ 12.2 compiles well.
template <class T, class Start>
boost::asio::awaitable<result<T>> await_completion(Start start)
{
    auto initiation = [](auto handler, Start begin) { begin(completion<T>(std::move(handler))); };
    return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(result<T>)>(
        initiation, boost::asio::use_awaitable, std::move(start));
}

} // namespace jobwatch
