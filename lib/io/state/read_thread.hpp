// The reader's thread: carries out questions one after another and posts the answers to the engine's thread.
#pragma once

#include "io/state/completion.hpp"
#include "io/state/state_reads.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

namespace jobwatch
{

class read_request
{
public:
    virtual ~read_request() = default;
    virtual void ask(state_reads& reads) = 0; // on the reader's thread
    virtual void stop() = 0;                  // instead of ask(): the answer is errc::stopping
    virtual void complete() = 0;              // on the engine's thread
};

template <class T, class Question>
class question_request final : public read_request
{
public:
    question_request(Question question, completion<T> done) :
        question_(std::move(question)), done_(std::move(done))
    {
    }
    void ask(state_reads& reads) override { answer_ = question_(reads); }
    void stop() override { answer_ = make_error_code(errc::stopping); }
    void complete() override { done_(std::move(answer_)); }

private:
    Question question_;
    result<T> answer_ = make_error_code(errc::stopping);
    completion<T> done_;
};

class read_thread
{
public:
    read_thread(std::unique_ptr<state_reads> reads, boost::asio::any_io_executor executor);
    ~read_thread(); // what still waits is answered with errc::stopping

    template <class T, class Question>
    boost::asio::awaitable<result<T>> ask(Question question)
    {
        auto start = [this, asked = std::move(question)](completion<T> done) mutable
        { take(std::make_unique<question_request<T, Question>>(std::move(asked), std::move(done))); };
        return await_completion<T>(std::move(start));
    }

private:
    void take(std::unique_ptr<read_request> request);
    void run();

    std::unique_ptr<state_reads> reads_;
    boost::asio::any_io_executor executor_;

    std::mutex mutex_; // guards what follows
    std::condition_variable news_;
    std::deque<std::unique_ptr<read_request>> waiting_;
    bool stopping_ = false;

    std::thread thread_; // last: it uses all of the above
};

} // namespace jobwatch
