// One HTTPS connection to an appliance, opened when it is needed and kept alive: a request's bytes go out, a
// whole answer comes back, or an error within the deadlines. One exchange at a time. The caller keeps the
// connection alive until its exchange has ended (abort() makes that soon).
#pragma once

#include "core/connection_fault.hpp"
#include "engine/ports/appliance_api.hpp"
#include "io/appliance/appliance_link.hpp"
#include "io/appliance/gzip.hpp"
#include "io/appliance/http_answer.hpp"

#include <boost/beast/core/flat_buffer.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace jobwatch
{

using exchange_result = boost::system::result<void, asking_error>;

// How the last opening went, for whoever explains it to a person.
struct opening_trace
{
    connection_step step = connection_step::resolve; // the one that failed, or the last one
    connection_fault fault = connection_fault::none;
    std::vector<asio::ip::address> addresses; // of the node, or of the proxy if there is one
    std::optional<asio::ip::address> peer;    // the one that was connected to
};

class https_connection
{
public:
    explicit https_connection(std::shared_ptr<appliance_link> link);
    ~https_connection();
    https_connection(const https_connection&) = delete;
    https_connection& operator=(const https_connection&) = delete;

    // The node that the next exchange will ask; the request must be written for it. A connection kept to another
    // node is closed.
    const node_address& choose_node(std::size_t number);

    // After choose_node(). The answer stands in answer() until the next exchange. When a kept connection turns
    // out to have been closed before a byte of the answer came, that is trouble::kept_closed: whoever keeps the
    // budget asks again, and finds a new connection.
    asio::awaitable<exchange_result> exchange(std::string_view request, const request_way& way);

    http_answer& answer() { return answer_; }

    // Opens it anew, and sends nothing; exchange() does so by itself where there is need.
    asio::awaitable<exchange_result> open();
    const opening_trace& opening() const { return trace_; }
    std::string tls_version() const; // "TLSv1.3"; while connected

    const appliance_settings& settings() const { return link_->settings; }
    const node_address& node_asked() const { return link_->nodes[node_]->address; }

    bool connected() const { return stream_ != nullptr && open_; }
    void abort(); // also every later exchange
    void close(); // politely; while no exchange is under way

private:
    enum class interruption : unsigned char
    {
        none,
        timed_out,
        aborted,
    };

    appliance_node& node() { return *link_->nodes[node_]; }
    void interrupt(interruption why);
    void drop();
    asking_error error(trouble what, std::string_view text) const;
    std::string the_proxy() const; // "proxy HOST: " before what is said about it; "" when there is none
    asking_error failed_opening(connection_fault fault, trouble what, std::string_view text);
    asking_error aborted_error() const;
    asking_error timed_out_error(std::string_view phase, milliseconds limit) const;
    asking_error read_error(error_code failed, bool got_any) const;

    asio::awaitable<exchange_result> connect(std::vector<asio::ip::address> addresses);
    asio::awaitable<exchange_result> tunnel(); // through the proxy
    asking_error tunnel_error(error_code failed, std::string_view header) const;
    asio::awaitable<exchange_result> handshake();
    asio::awaitable<exchange_result> send_and_read(std::string_view request);
    asio::awaitable<exchange_result> read_answer();
    void parse(std::optional<answer_parser>& parser, int& interim_answers, error_code& failed);
    void decode_body();

    std::shared_ptr<appliance_link> link_;
    std::size_t node_ = 0;
    std::unique_ptr<tls_stream> stream_;
    boost::beast::flat_buffer buffer_;
    http_answer answer_;
    gzip_decoder gzip_;
    std::string decoded_;
    asio::steady_timer bell_; // for waits that are not for the socket
    deadline deadline_;
    opening_trace trace_;
    interruption interrupted_ = interruption::none;
    std::size_t header_size_ = 0; // of the answer that comes
    bool open_ = false;           // the handshake is done
    bool unanswered_ = false;     // the peer closed before the first byte of the answer
    bool keep_alive_ = false;
};

} // namespace jobwatch
