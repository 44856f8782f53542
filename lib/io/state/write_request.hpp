// One write on its way through the writer's thread and back.
#pragma once

#include "io/state/appliance_rows.hpp"
#include "io/state/completion.hpp"
#include "io/state/watch_writes.hpp"

#include <future>
#include <utility>

namespace jobwatch
{

class write_request
{
public:
    virtual ~write_request() = default;

    // On the writer's thread, in a transaction. May be called again, if that transaction was undone. A refusal that
    // is an answer (is_answer) has written nothing.
    [[nodiscard]] virtual error_code apply(state_writer& writer, watch_writes& watches) = 0;

    // Once, after the commit or its failure. On the engine's thread, after the listener was told; but see below.
    virtual void complete(error_code ec) = 0;

    virtual std::size_t jobs() const { return 0; } // that it may add or end, if it is one of many

    // Is its asker another thread, that blocks? Then complete() is called on the writer's thread.
    virtual bool asker_blocks() const { return false; }

    error_code refused; // by apply(), as an answer
};

// Several of a kind in one commit, each answered by itself.
template <class Element, class Answer, auto carry_out>
class batch_request final : public write_request
{
public:
    batch_request(std::vector<Element> batch, completion<std::vector<Answer>> done) :
        batch_(std::move(batch)), done_(std::move(done))
    {
    }
    error_code apply(state_writer&, watch_writes& watches) override
    {
        auto answers = (watches.*carry_out)(batch_);
        if (!answers)
            return answers.error();
        answers_ = std::move(*answers);
        return {};
    }
    void complete(error_code ec) override
    {
        if (ec)
            done_(ec);
        else
            done_(std::move(answers_));
    }
    std::size_t jobs() const override { return batch_.size(); }

private:
    std::vector<Element> batch_;
    std::vector<Answer> answers_;
    completion<std::vector<Answer>> done_;
};

using submit_request = batch_request<new_watch, stored_watch, &watch_writes::submit>;
using update_all_request = batch_request<watch_update, error_code, &watch_writes::update_all>;

inline result<void> as_result(error_code ec)
{
    return ec ? result<void>(ec) : result<void>();
}

class update_request final : public write_request
{
public:
    update_request(watch_update news, completion<void> done) : news_(std::move(news)), done_(std::move(done))
    {
    }
    error_code apply(state_writer&, watch_writes& watches) override { return watches.update(news_); }
    void complete(error_code ec) override { done_(as_result(ec)); }

private:
    watch_update news_;
    completion<void> done_;
};

class append_request final : public write_request
{
public:
    append_request(event happened, completion<void> done) :
        happened_(std::move(happened)), done_(std::move(done))
    {
    }
    error_code apply(state_writer& writer, watch_writes&) override { return writer.add_event(happened_); }
    void complete(error_code ec) override { done_(as_result(ec)); }

private:
    event happened_;
    completion<void> done_;
};

class remember_request final : public write_request
{
public:
    remember_request(
        std::string appliance, appliance_state state, std::optional<event> said, completion<void> done) :
        appliance_(std::move(appliance)),
        state_(std::move(state)),
        said_(std::move(said)),
        done_(std::move(done))
    {
    }
    error_code apply(state_writer& writer, watch_writes&) override
    {
        if (const auto ec = store_appliance_state(writer.connection(), appliance_, state_))
            return ec;
        return said_ ? writer.add_event(*said_) : error_code();
    }
    void complete(error_code ec) override { done_(as_result(ec)); }

private:
    std::string appliance_;
    appliance_state state_;
    std::optional<event> said_;
    completion<void> done_;
};

class log_mark_request final : public write_request
{
public:
    explicit log_mark_request(event_seq mark) : mark_(mark) {}
    error_code apply(state_writer& writer, watch_writes&) override { return writer.set_log_mark(mark_); }
    void complete(error_code ec) override { answer_.set_value(ec); }
    bool asker_blocks() const override { return true; }
    std::future<error_code> answer() { return answer_.get_future(); }

private:
    event_seq mark_;
    std::promise<error_code> answer_;
};

} // namespace jobwatch
