#include "connection.hpp"

#include "certificates.hpp"
#include "headers.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/read_size.hpp>

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
constexpr auto silence_time = std::chrono::hours{1}; // an answer that never comes is given up after this
constexpr std::size_t read_size = 4096;
constexpr std::size_t read_size_limit = 64 * 1024;

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
    const std::size_t question = std::min(target.find('?'), target.size());
    asked.path = target.substr(0, question);
    asked.query = target.substr(std::min(question + 1, target.size()));
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
    of_{of}, tls_{of.tls_}, stream_{std::move(socket), *tls_}, delay_{stream_.get_executor()}
{
    allow(handshake_time);
    of_.connection_opened();
    number_ = of_.behind_.witness.connections();
}

connection::~connection()
{
    of_.connection_closed();
}

void connection::close()
{
    closed_ = true;
    delay_.cancel();
    boost::system::error_code ignored;
    stream_.next_layer().close(ignored);
}

void connection::reset()
{
    if (spared_)
    {
        doomed_ = true;
        return;
    }
    boost::system::error_code ignored;
    stream_.next_layer().set_option(asio::socket_base::linger(true, 0), ignored);
    close();
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
    of_.shook_hands(failure ? handshake::failed : how);
    if (const X509* shown = failure ? nullptr : SSL_get0_peer_certificate(stream_.native_handle()))
        certificate_ = fingerprint_of(*shown);
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
    parser_->eager(true);
    const auto failure = co_await read_request();
    if (failure && is_of_http(failure))
    {
        prepare_complaint(failure);
        const bool complained = co_await send(output_);
        static_cast<void>(complained);
    }
    if (failure)
        co_return afterwards::close;
    if (of_.doing_ == node_state::silent)
        co_await wait_until_left();
    if (closed_)
        co_return afterwards::close;
    const response_form form = form_for(parser_->get());
    const answer given = prepare(parser_->get(), form);
    bool there = co_await pause(given.delay);
    if (there)
        there = co_await send(output_);
    if (there && given.how)
        there = co_await send_rest();
    afterwards next = there ? form.then : afterwards::close;
    if (there && given.how)
        next = co_await end_as(parcel_.then, form.then);
    of_.behind_.witness.request_ended(given.kind);
    spared_ = false;
    co_return doomed_ ? afterwards::close : next;
}

// Reads whatever is there, and notes when the first bytes of a request came: of one that was sent before we were
// done with the last, that was with the last bytes read.
asio::awaitable<boost::system::error_code> connection::read_request()
{
    boost::system::error_code failure = parse_input();
    bool begun = parser_->got_some();
    while (!failure && !parser_->is_done())
    {
        const auto space = input_.prepare(boost::beast::read_size(input_, read_size_limit));
        const auto [ended, count] = co_await stream_.async_read_some(space, as_result);
        if (ended)
            co_return ended;
        input_.commit(count);
        if (!begun)
            arrived_ = wall_clock();
        begun = true;
        failure = parse_input();
    }
    co_return failure;
}

boost::system::error_code connection::parse_input()
{
    boost::system::error_code failure;
    while (!failure && input_.size() > 0 && !parser_->is_done())
        input_.consume(parser_->put(input_.data(), failure));
    return failure == http::error::need_more ? boost::system::error_code() : failure;
}

answer connection::prepare(const message_type& message, response_form form)
{
    request asked = request_of(message);
    asked.node = of_.settings_.node;
    asked.certificate = certificate_;
    const time_point now = wall_clock();
    spared_ = asked.path.starts_with(control_prefix);
    answer given = decide(of_.behind_, asked, now);
    const bool told = !given.how || tells_status(*given.how);
    of_.behind_.witness.request_begun(
        {given.kind, told ? given.status : no_status, arrived_, asked.node, number_, given.job});
    const duration took = wall_clock() - now + given.delay;
    of_.request_begun(given.kind);
    if (given.how && wants_plain_body(*given.how))
        form = {coding::plain, framing::counted, form.then};
    if (given.status == http::status::no_content || given.status == http::status::not_modified)
        form.frame = framing::headers_only;
    of_.writer_.write(output_, given, form, clock_of(of_.behind_, now), std::max(took, duration{0}));
    if (given.how)
    {
        parcel_ = pack(*given.how, std::move(output_));
        output_ = std::move(parcel_.first);
    }
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
    of_.writer_.write(output_, complaint, form, clock_of(of_.behind_, wall_clock()), duration{0});
}

// Waits, but no longer than the client does: who has hung up is in flight no more. False when it has.
asio::awaitable<bool> connection::pause(duration length)
{
    if (length <= duration{0})
        co_return !closed_;
    allow(length + write_time);
    delay_.expires_after(length);
    while (!closed_ && input_.size() < header_limit)
    {
        const auto space = input_.prepare(read_size);
        auto race = asio::experimental::make_parallel_group(
            delay_.async_wait(asio::deferred), stream_.async_read_some(space, asio::deferred));
        const asio::experimental::wait_for_one first;
        const auto [order, woken, failure, count] = co_await race.async_wait(first, asio::use_awaitable);
        static_cast<void>(woken);
        input_.commit(count); // the next request, sent early
        if (order[0] == 0)
            co_return !closed_;
        if (failure)
            co_return false;
    }
    const auto [woken] = co_await delay_.async_wait(as_result);
    static_cast<void>(woken);
    co_return !closed_;
}

// `text` is a member, which nobody changes meanwhile.
asio::awaitable<bool> connection::send(const std::string& text)
{
    allow(write_time);
    const auto whole = asio::buffer(text);
    const auto [failure, count] = co_await asio::async_write(stream_, whole, as_result);
    static_cast<void>(count);
    co_return !failure && !closed_;
}

// What a parcel has behind its first bytes.
asio::awaitable<bool> connection::send_rest()
{
    bool there = true;
    for (std::uint64_t sent = 0; there && sent < parcel_.repeats; ++sent)
        there = co_await send(parcel_.block);
    const std::size_t step = parcel_.step > 0 ? parcel_.step : parcel_.last.size();
    for (std::size_t at = 0; there && at < parcel_.last.size(); at += step)
    {
        output_.assign(parcel_.last, at, step);
        there = co_await pause(parcel_.every);
        if (there)
            there = co_await send(output_);
    }
    co_return there;
}

asio::awaitable<afterwards> connection::end_as(ending how, afterwards usual)
{
    boost::system::error_code ignored;
    switch (how)
    {
    case ending::usual:
        co_return usual;
    case ending::goodbye:
        break;
    case ending::reset:
        stream_.next_layer().set_option(asio::socket_base::linger(true, 0), ignored);
        close();
        break;
    case ending::close:
        close();
        break;
    case ending::never:
        co_await wait_until_left();
        break;
    }
    co_return afterwards::close;
}

asio::awaitable<void> connection::wait_until_left()
{
    allow(silence_time);
    boost::system::error_code left;
    while (!left)
    {
        const auto space = input_.prepare(read_size);
        const auto [failure, count] = co_await stream_.async_read_some(space, as_result);
        static_cast<void>(count);
        left = failure;
    }
    close();
}

asio::awaitable<void> connection::say_goodbye()
{
    allow(goodbye_time);
    const auto [failure] = co_await stream_.async_shutdown(as_result);
    static_cast<void>(failure);
}

} // namespace jobwatch::simulator
