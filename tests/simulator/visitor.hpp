// A plain client over real TLS for the tests, and a simulator of their own that runs in a thread beside them.
#pragma once

#include "files.hpp"
#include "front.hpp"
#include "stage.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <thread>

namespace jobwatch::simulator
{

// Serves from its construction to its end; `box` must not be touched in between but through requests.
class running_simulator
{
public:
    explicit running_simulator(options wanted = {}) :
        wanted_{std::move(wanted)},
        box_{make_appliance(wanted_, wall_clock())},
        front_{context_, wanted_, box_, directory_.path()}
    {
        front_.start();
        thread_ = std::thread([this] { context_.run(); });
    }
    ~running_simulator() { stop(); }

    // Afterwards the test's thread may look at the box.
    void stop()
    {
        if (!thread_.joinable())
            return;
        boost::asio::post(context_, [this] { front_.stop(); });
        thread_.join();
    }

    boost::asio::ip::tcp::endpoint where(std::size_t node = 0) const { return front_.node(node); }
    boost::asio::ip::tcp::endpoint control() const { return front_.control(); }
    std::string said(const std::string& name) const // as scripts read it
    {
        const std::string lines = "\n" + front_.ready_lines();
        const std::size_t at = lines.find("\n" + name + "=");
        const std::size_t from = at == std::string::npos ? lines.size() : at + name.size() + 2;
        return lines.substr(from, lines.find('\n', from) - from);
    }
    std::string file(const std::string& name) const { return (directory_.path() / name).string(); }
    std::string ca_file() const { return file("ca.pem"); }
    appliance& box() { return box_; }

private:
    boost::asio::io_context context_{1};
    stage_directory directory_{""};
    options wanted_;
    appliance box_;
    front front_;
    std::thread thread_;
};

// One connection that checks certificates as a careful client does.
class visitor
{
public:
    using stream_type = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;
    using response = boost::beast::http::response<boost::beast::http::string_body>;

    // Throws boost::system::system_error when the handshake fails.
    visitor(const running_simulator& to, const std::string& ca_file, const std::string& host = "localhost") :
        visitor(to.where(), ca_file, host)
    {
    }

    // With a certificate of its own when there is one in `card`.
    visitor(
        const boost::asio::ip::tcp::endpoint& to, const std::string& ca_file,
        const std::string& host = "localhost", const client_card& card = {})
    {
        tls_.load_verify_file(ca_file);
        if (!card.certificate_file.empty())
        {
            tls_.use_certificate_file(card.certificate_file, boost::asio::ssl::context::pem);
            tls_.use_private_key_file(card.key_file, boost::asio::ssl::context::pem);
        }
        stream_ = std::make_unique<stream_type>(context_, tls_);
        stream_->set_verify_mode(boost::asio::ssl::verify_peer);
        stream_->set_verify_callback(boost::asio::ssl::host_name_verification(host));
        stream_->next_layer().connect(to);
        stream_->handshake(boost::asio::ssl::stream_base::client);
    }

    void send(const std::string& bytes) { boost::asio::write(*stream_, boost::asio::buffer(bytes)); }

    response receive()
    {
        boost::beast::http::response_parser<boost::beast::http::string_body> parser;
        parser.body_limit(boost::none);
        boost::beast::http::read(*stream_, buffer_, parser);
        return parser.release();
    }

    // The bytes as they come; `ended` when there are no more.
    std::string receive_some(boost::system::error_code& ended)
    {
        std::string bytes(64 * 1024, '\0');
        bytes.resize(stream_->read_some(boost::asio::buffer(bytes), ended));
        return bytes;
    }

    response
    ask(const std::string& method, const std::string& path, const std::string& more, const std::string& body)
    {
        send(
            method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"
            + "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n"
            + more + "\r\n" + body);
        return receive();
    }

    response get(const std::string& path) { return ask("GET", path, bearer_, ""); }
    response post(const std::string& path, const std::string& body)
    {
        return ask("POST", path, bearer_, body);
    }
    void carry(const std::string& jwt) { bearer_ = "Authorization: Bearer " + jwt + "\r\n"; }
    const std::string& bearer() const { return bearer_; }

private:
    boost::asio::io_context context_{1};
    boost::asio::ssl::context tls_{boost::asio::ssl::context::tls_client};
    std::unique_ptr<stream_type> stream_;
    boost::beast::flat_buffer buffer_;
    std::string bearer_;
};

} // namespace jobwatch::simulator
