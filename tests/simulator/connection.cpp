#include "connection.hpp"

#include "headers.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/read.hpp>

#include <cstdio>

namespace jobwatch::simulator
{

namespace
{

namespace asio = boost::asio;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

constexpr std::uint32_t header_limit = 16 * 1024;
constexpr std::uint64_t body_limit = 64 * 1024 * 1024; // thousands of documents in one POST /simulator/jobs
constexpr auto handshake_time = std::chrono::seconds{10};
constexpr auto write_time = std::chrono::seconds{30};
constexpr auto goodbye_time = std::chrono::seconds{2};

using message_type = http::request<http::string_body>;

std::string_view field(const message_type& message, http::field name)
{
    const auto value = message[name];
    return {value.data(), value.size()};
}

request request_of(const message_type& message)
{
    const std::string_view target(message.target().data(), message.target().size());
    request asked;
    asked.method = message.method();
    asked.path = target.substr(0, target.find('?'));
    asked.accept = field(message, http::field::accept);
    asked.content_type = field(message, http::field::content_type);
    asked.authorization = field(message, http::field::authorization);
    asked.body = message.body();
    return asked;
}

response_form form_for(const message_type& message)
{
    response_form form;
    if (offers_gzip(field(message, http::field::accept_encoding)))
        form.body = coding::gzip;
    if (message.method() == http::verb::head)
        form.frame = framing::headers_only;
    else if (message.version() < 11)
        form.frame = framing::counted;
    if (!message.keep_alive())
        form.then = afterwards::close;
    return form;
}

bool is_of_http(const boost::system::error_code& failure)
{
    static const auto& category = make_error_code(http::error::bad_target).category();
    return failure.category() == category && failure != http::error::end_of_stream
        && failure != http::error::partial_message;
}

} // namespace

connection::connection(server& of, asio::ip::tcp::socket socket) :
    of_{of}, stream_{std::move(socket), of.tls_}, delay_{stream_.get_executor()}
{
    allow(handshake_time);
    of_.behind_.witness.connection_opened();
}

connection::~connection()
{
    of_.behind_.witness.connection_closed();
}

void connection::close()
{
    closed_ = true;
    delay_.cancel();
    boost::system::error_code ignored;
    stream_.next_layer().close(ignored);
}

asio::awaitable<void> connection::serve()
{
    boost::system::error_code ignored;
    stream_.next_layer().set_option(asio::ip::tcp::no_delay(true), ignored);
    const bool trusted = co_await shake_hands();
    afterwards next = trusted ? afterwards::keep_alive : afterwards::close;
    while (next == afterwards::keep_alive && !closed_)
        next = co_await answer_one();
    if (trusted && !closed_)
        co_await say_goodbye();
    close();
}

asio::awaitable<bool> connection::shake_hands()
{
    const auto [failure] = co_await stream_.async_handshake(asio::ssl::stream_base::server, as_result);
    const bool resumed = !failure && SSL_session_reused(stream_.native_handle()) == 1;
    const handshake how = resumed ? handshake::resumed : handshake::full;
    of_.behind_.witness.shook_hands(failure ? handshake::failed : how);
    if (failure && of_.settings_.log == chatter::each_request)
        std::fprintf(stderr, "handshake failed: %s\n", failure.message().c_str());
    co_return !failure;
}

asio::awaitable<afterwards> connection::answer_one()
{
    allow(of_.settings_.idle_timeout);
    parser_.emplace();
    parser_->header_limit(header_limit);
    parser_->body_limit(body_limit);
    const auto [failure, count] = co_await http::async_read(stream_, input_, *parser_, as_result);
    static_cast<void>(count);
    if (failure && is_of_http(failure))
    {
        prepare_complaint(failure);
        const duration at_once{0};
        const bool complained = co_await send(request_class::control, at_once);
        static_cast<void>(complained);
    }
    if (failure)
        co_return afterwards::close;
    const response_form form = form_for(parser_->get());
    const answer given = prepare(parser_->get(), form);
    const bool sent = co_await send(given.kind, given.delay);
    co_return sent ? form.then : afterwards::close;
}

answer connection::prepare(const message_type& message, const response_form& form)
{
    const request asked = request_of(message);
    const time_point now = wall_clock();
    answer given = decide(of_.behind_, asked, now);
    of_.behind_.witness.request_begun(given.kind, given.status, now);
    const duration took = wall_clock() - now + given.delay;
    of_.writer_.write(output_, given, form, now, std::max(took, duration{0}));
    if (of_.settings_.log == chatter::each_request)
        std::fprintf(
            stderr, "%s %.*s %u\n", std::string(message.method_string()).c_str(),
            static_cast<int>(asked.path.size()), asked.path.data(), static_cast<unsigned>(given.status));
    return given;
}

void connection::prepare_complaint(boost::system::error_code failure)
{
    of_.behind_.witness.unreadable_request();
    http::status status = http::status::bad_request;
    if (failure == http::error::header_limit)
        status = http::status::request_header_fields_too_large;
    if (failure == http::error::body_limit)
        status = http::status::payload_too_large;
    const answer complaint = refuse(request_class::control, status, bad_request, failure.message());
    response_form form;
    form.then = afterwards::close;
    of_.writer_.write(output_, complaint, form, wall_clock(), duration{0});
}

asio::awaitable<bool> connection::send(request_class kind, duration delay)
{
    if (delay > duration{0})
    {
        allow(delay + write_time);
        delay_.expires_after(delay);
        const auto [woken] = co_await delay_.async_wait(as_result);
        static_cast<void>(woken);
    }
    allow(write_time);
    const auto whole = asio::buffer(output_);
    const auto [failure, count] = co_await asio::async_write(stream_, whole, as_result);
    static_cast<void>(count);
    of_.behind_.witness.request_ended(kind);
    co_return !failure;
}

asio::awaitable<void> connection::say_goodbye()
{
    allow(goodbye_time);
    const auto [failure] = co_await stream_.async_shutdown(as_result);
    static_cast<void>(failure);
}

} // namespace jobwatch::simulator
