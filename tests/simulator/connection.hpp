// One client's TLS connection: handshake, then request after request until either side has enough. Owned by the
// task that runs serve(); the server holds it only to close it.
#pragma once

#include "server.hpp"

#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>

namespace jobwatch::simulator
{

class connection
{
public:
    connection(server& of, boost::asio::ip::tcp::socket socket);
    ~connection();
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    boost::asio::awaitable<void> serve();

    // May be called at any time; whatever is under way ends with an error.
    void close();

    // As close(), but the client sees a reset. One that is about to answer a control path may do so first.
    void reset();

    // When what is under way has taken too long.
    std::chrono::steady_clock::time_point deadline() const { return deadline_; }

private:
    using parser_type = boost::beast::http::request_parser<boost::beast::http::string_body>;

    boost::asio::awaitable<bool> shake_hands();
    boost::asio::awaitable<afterwards> answer_one();
    boost::asio::awaitable<boost::system::error_code> read_request();
    boost::system::error_code parse_input();
    boost::asio::awaitable<bool> pause(duration length);
    boost::asio::awaitable<bool> send(const std::string& text);
    boost::asio::awaitable<bool> send_rest();
    boost::asio::awaitable<void> wait_until_left();
    boost::asio::awaitable<afterwards> end_as(ending how, afterwards usual);
    boost::asio::awaitable<void> say_goodbye();
    answer prepare(const parser_type::value_type& message, response_form form);
    void prepare_complaint(boost::system::error_code failure);
    void allow(std::chrono::steady_clock::duration length)
    {
        deadline_ = std::chrono::steady_clock::now() + length;
    }

    server& of_;
    tls_ptr tls_; // the one it began with
    boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
    boost::asio::steady_timer delay_;
    boost::beast::flat_buffer input_;
    std::optional<parser_type> parser_;
    std::string output_;
    parcel parcel_; // of an answer that does not go out as usual
    std::chrono::steady_clock::time_point deadline_;
    std::uint64_t number_ = 0; // among all connections so far, from 1
    time_point arrived_{};     // the first bytes of the request
    std::string certificate_;  // fingerprint of what the client has shown
    bool closed_ = false;
    bool spared_ = false; // answering a control path
    bool doomed_ = false; // to be closed after that
};

} // namespace jobwatch::simulator
