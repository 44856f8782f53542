#include "io/appliance/https_connection.hpp"

#include "core/duration_text.hpp"
#include "io/appliance/farewell.hpp"
#include "io/appliance/tls_errors.hpp"
#include "wire/http_request.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace jobwatch
{

namespace
{

namespace http = boost::beast::http;

constexpr std::size_t read_size = 16 * 1024; // a TLS record
constexpr int max_interim_answers = 4;
// Of what is read but not parsed yet: a header, or the line before a chunk.
constexpr std::size_t max_unparsed = max_answer_header + read_size;

bool is_closed(error_code failed)
{
    return failed == asio::error::eof || failed == asio::ssl::error::stream_truncated
        || failed == asio::error::connection_reset || failed == asio::error::broken_pipe
        || failed == asio::error::connection_aborted;
}

} // namespace

https_connection::https_connection(std::shared_ptr<appliance_link> link) :
    link_(std::move(link)),
    buffer_(max_unparsed),
    bell_(link_->executor),
    deadline_(link_->ticker, [this] { interrupt(interruption::timed_out); })
{
}

https_connection::~https_connection()
{
    close();
}

const node_address& https_connection::choose_node(std::size_t number)
{
    if (number != node_)
        close();
    node_ = std::min(number, link_->nodes.size() - 1);
    return node().address;
}

void https_connection::interrupt(interruption why)
{
    if (interrupted_ != interruption::aborted)
        interrupted_ = why;
    bell_.cancel();
    if (stream_ == nullptr)
        return;
    open_ = false;
    error_code ignored;
    stream_->next_layer().close(ignored); // what waits for the socket ends
}

void https_connection::abort()
{
    interrupt(interruption::aborted);
}

void https_connection::close()
{
    if (connected())
        say_goodbye(std::move(stream_), link_->ticker);
    drop();
}

// Without a goodbye: for a connection that failed there is nobody to say it to.
void https_connection::drop()
{
    open_ = false;
    stream_.reset();
}

asking_error https_connection::error(trouble what, std::string_view text) const
{
    asking_error made;
    made.what = what;
    made.text = fmt::format("{}: {}", host_and_port(link_->nodes[node_]->address), text);
    return made;
}

asking_error https_connection::aborted_error() const
{
    return error(trouble::closed_early, "given up, since we are stopping");
}

asking_error https_connection::timed_out_error(std::string_view phase, milliseconds limit) const
{
    return error(trouble::timed_out, fmt::format("{} within {}", phase, format_duration(limit)));
}

asking_error https_connection::read_error(error_code failed, bool got_any) const
{
    if (failed == http::error::header_limit || failed == http::error::buffer_overflow)
        return error(
            trouble::too_large, fmt::format("the answer's header has more than {} bytes", max_answer_header));
    if (failed == http::error::body_limit)
        return error(
            trouble::too_large, fmt::format("the answer's body has more than {} bytes", max_answer_body));
    if (is_closed(failed) || failed == http::error::partial_message || failed == http::error::end_of_stream)
        return error(
            trouble::closed_early,
            got_any ? "the connection was closed in the middle of the answer"
                    : "the connection was closed before an answer came");
    if (failed.category() == make_error_code(http::error::bad_version).category())
        return error(trouble::unreadable, "the answer is not HTTP: " + failed.message());
    if (is_tls_error(failed))
        return error(trouble::tls, describe_tls_error(failed, "TLS failed"));
    return error(trouble::closed_early, "the connection failed: " + failed.message());
}

asio::awaitable<exchange_result> https_connection::exchange(std::string_view request, const request_way& way)
{
    const bool was_kept = connected();
    if (!was_kept)
    {
        const auto opened = co_await open();
        if (opened.has_error())
            co_return opened.error();
    }
    if (way.allowed && !way.allowed())
        co_return error(trouble::held_back, "kept back, since the budget has nothing left");
    auto answered = co_await send_and_read(request);
    const bool stale = answered.has_error() && was_kept && unanswered_ && interrupted_ == interruption::none;
    if (stale)
        co_return error(trouble::kept_closed, "the kept connection had been closed");
    if (answered.has_value())
        decode_body();
    co_return answered;
}

asio::awaitable<exchange_result> https_connection::send_and_read(std::string_view request)
{
    const milliseconds limit = link_->settings.request_timeout;
    unanswered_ = false;
    keep_alive_ = false;
    buffer_.clear();
    const auto bytes = asio::buffer(request);
    error_code failed;
    deadline_.set(limit);
    co_await asio::async_write(*stream_, bytes, asio::redirect_error(asio::use_awaitable, failed));
    exchange_result done;
    if (failed)
    {
        unanswered_ = is_closed(failed);
        done = read_error(failed, false);
    }
    else
        done = co_await read_answer();
    deadline_.clear();
    if (interrupted_ == interruption::aborted)
        done = aborted_error();
    else if (interrupted_ == interruption::timed_out)
        done = timed_out_error("no whole answer", limit);
    if (done.has_error() && done.error().what != trouble::too_large)
        drop();
    else if (!keep_alive_)
        close();
    co_return done;
}

// Interim answers (such as 103, Early Hints) are skipped: the answer proper follows.
void https_connection::parse(std::optional<answer_parser>& parser, int& interim_answers, error_code& failed)
{
    while (!parser->is_done() && buffer_.size() != 0)
    {
        const bool in_header = !parser->is_header_done();
        const std::size_t used = parser->put(buffer_.data(), failed);
        buffer_.consume(used);
        if (in_header)
            header_size_ += used;
        const std::size_t unfinished = parser->is_header_done() ? 0 : buffer_.size();
        if (in_header && header_size_ + unfinished > max_answer_header)
            failed = http::error::header_limit;
        parser->eager(parser->is_header_done());
        if (failed == http::error::need_more)
        {
            failed = {};
            return;
        }
        if (failed)
            return;
        if (!parser->is_done() || answer_.status >= 200)
            continue;
        if (++interim_answers > max_interim_answers)
            failed = http::error::bad_status;
        parser.emplace(answer_); // all headers together are held against the limit
    }
}

asio::awaitable<exchange_result> https_connection::read_answer()
{
    std::optional<answer_parser> parser;
    parser.emplace(answer_);
    header_size_ = 0;
    bool got_any = false;
    int interim_answers = 0;
    while (!parser->is_done())
    {
        if (buffer_.size() > max_unparsed - read_size)
            co_return read_error(http::error::header_limit, got_any);
        const auto space = buffer_.prepare(read_size);
        error_code failed;
        const std::size_t count =
            co_await stream_->async_read_some(space, asio::redirect_error(asio::use_awaitable, failed));
        buffer_.commit(count);
        got_any = got_any || count != 0;
        unanswered_ = !got_any && is_closed(failed);
        // A body without a length ends with the connection; only TLS's own goodbye proves that it is whole.
        if (failed == asio::error::eof && parser->is_header_done() && !parser->chunked())
            parser->put_eof(failed = {});
        if (failed)
            co_return read_error(failed, got_any);
        parse(parser, interim_answers, failed);
        if (failed)
            co_return read_error(failed, got_any);
    }
    // Something behind the answer would be taken for the next one.
    keep_alive_ = parser->keep_alive() && buffer_.size() == 0;
    co_return exchange_result();
}

void https_connection::decode_body()
{
    const std::string& encoding = answer_.content_encoding;
    const auto is = [&](boost::beast::string_view name) { return boost::beast::iequals(encoding, name); };
    if (encoding.empty() || is("identity") || answer_.body.empty())
        return;
    asking_error failed;
    failed.what = trouble::unreadable;
    auto outcome = gzip_outcome::broken;
    if (!is("gzip") && !is("x-gzip"))
        failed.text = "its encoding is not gzip, the only one that we offer";
    else
    {
        outcome = gzip_.decode(answer_.body, decoded_, max_answer_body);
        failed.text = "its gzip encoding is broken";
    }
    if (outcome == gzip_outcome::whole)
    {
        answer_.body.swap(decoded_);
        return;
    }
    if (outcome == gzip_outcome::too_large)
    {
        failed.what = trouble::too_large;
        failed.text = fmt::format("unpacked its body has more than {} bytes", max_answer_body);
    }
    answer_.body.clear();
    answer_.body_trouble = std::move(failed);
}

} // namespace jobwatch
