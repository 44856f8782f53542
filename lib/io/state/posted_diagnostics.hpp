// Diagnostics for threads: the lines are handed to the engine's thread, in order, and none arrives after close().
#pragma once

#include "engine/ports/diagnostics.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>

#include <memory>
#include <string>
#include <utility>

namespace jobwatch
{

class posted_diagnostics
{
public:
    posted_diagnostics(boost::asio::any_io_executor executor, diagnostics& out) :
        executor_(std::move(executor)), out_(std::make_shared<diagnostics*>(&out))
    {
    }

    void say(log_level level, std::string line) const // from any thread
    {
        boost::asio::post(
            executor_,
            [out = out_, level, text = std::move(line)]
            {
                if (*out != nullptr)
                    (*out)->say(level, text);
            });
    }

    void close() { *out_ = nullptr; } // on the engine's thread

private:
    boost::asio::any_io_executor executor_;
    std::shared_ptr<diagnostics*> out_;
};

} // namespace jobwatch
