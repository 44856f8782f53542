// The CONNECT proxy, by its rules and over real sockets.
#include "visitor.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

using namespace jobwatch::simulator;
namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace json = boost::json;

namespace
{

options with_proxy()
{
    options wanted;
    wanted.password = "secret";
    wanted.proxy_port = 0;
    return wanted;
}

// A client that speaks to the proxy, and with TLS to whoever is behind it.
class proxied
{
public:
    explicit proxied(const running_simulator& sim)
    {
        const std::string url = sim.said("proxy");
        const auto port = static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1)));
        stream_.next_layer().connect({asio::ip::address_v4::loopback(), port});
    }

    // The status of the answer; 0 when there is none.
    unsigned say(const std::string& text)
    {
        asio::write(stream_.next_layer(), asio::buffer(text));
        boost::beast::flat_buffer buffer;
        http::response_parser<http::string_body> parser;
        parser.skip(true);
        boost::system::error_code failure;
        http::read_header(stream_.next_layer(), buffer, parser, failure);
        answer_ = parser.get().base();
        return failure ? 0 : parser.get().result_int();
    }
    unsigned connect(const std::string& target) { return say("CONNECT " + target + " HTTP/1.1\r\n\r\n"); }
    std::string header(const std::string& name) const { return std::string(answer_[name]); }

    unsigned ask_appliance()
    {
        stream_.handshake(asio::ssl::stream_base::client);
        const std::string text = "GET /a HTTP/1.1\r\nHost: x\r\nAccept: */*\r\n\r\n";
        asio::write(stream_, asio::buffer(text));
        boost::beast::flat_buffer buffer;
        http::response<http::string_body> response;
        http::read(stream_, buffer, response);
        return response.result_int();
    }

    boost::system::error_code wait_for_end()
    {
        char byte = 0;
        boost::system::error_code failure;
        stream_.next_layer().read_some(asio::buffer(&byte, 1), failure);
        return failure;
    }

private:
    asio::io_context context_{1};
    asio::ssl::context tls_{asio::ssl::context::tls_client};
    asio::ssl::stream<asio::ip::tcp::socket> stream_{context_, tls_};
    http::response_header<> answer_;
};

json::value ledger_of(running_simulator& sim)
{
    sim.stop();
    return json::parse(ledger_text(sim.box(), wall_clock())).at("proxy");
}

} // namespace

TEST_CASE("the target of a CONNECT is a host and a port")
{
    const auto named = read_connect_line("CONNECT cm1.example.com:443 HTTP/1.1");
    REQUIRE(named);
    CHECK(named->host == "cm1.example.com");
    CHECK(named->port == 443);
    CHECK(read_connect_line("CONNECT [::1]:8443 HTTP/1.0")->host == "::1");
    for (const char* wrong :
         {"", "GET / HTTP/1.1", "CONNECT HTTP/1.1", "CONNECT host HTTP/1.1", "CONNECT :1 HTTP/1.1",
          "CONNECT host:0 HTTP/1.1", "CONNECT host:65536 HTTP/1.1", "CONNECT host:x HTTP/1.1",
          "CONNECT host:443", "CONNECT []:443 HTTP/1.1"})
        CHECK_FALSE(read_connect_line(wrong));
}

TEST_CASE("the names of asked targets are kept up to a limit, the count goes on")
{
    proxy_desk desk;
    for (std::size_t number = 0; number < proxy_desk::targets_limit + 5; ++number)
        desk.asked_for("host:" + std::to_string(number));
    CHECK(desk.connects == proxy_desk::targets_limit + 5);
    CHECK(desk.by_target.size() == proxy_desk::targets_limit);
    desk.asked_for("host:0");
    CHECK(desk.by_target.at("host:0") == 2);
}

TEST_CASE("a client reaches the appliance through the proxy, by any name")
{
    running_simulator sim(with_proxy());
    const std::string port = std::to_string(sim.where().port());
    {
        proxied by_address(sim);
        CHECK(by_address.connect("127.0.0.1:" + port) == 200);
        CHECK(by_address.ask_appliance() == 404);
        proxied by_name(sim);
        CHECK(by_name.connect("cm1.example.com:" + port) == 200);
        CHECK(by_name.ask_appliance() == 404);
    }
    const json::value page = ledger_of(sim);
    CHECK(page.at("connects") == 2);
    CHECK(page.at("passed") == 2);
    CHECK(page.at("tunnels_open") == 0);
    CHECK(page.at("by_target").at("cm1.example.com:" + port) == 1);
    CHECK(page.at("bytes_up").to_number<int>() > 100);
    CHECK(page.at("bytes_down").to_number<int>() > 100);
}

TEST_CASE("the proxy refuses as it is told, and what it cannot do")
{
    options wanted = with_proxy();
    wanted.proxy = proxy_mode::refuse;
    running_simulator sim(wanted);
    const std::string there = "127.0.0.1:" + std::to_string(sim.where().port());
    visitor control(sim.control(), sim.ca_file());
    CHECK(proxied(sim).connect(there) == 403);
    for (const unsigned status : {407U, 502U})
    {
        const std::string wish = R"({"mode":"refuse","status":)" + std::to_string(status) + "}";
        CHECK(control.post("/simulator/proxy", wish).result_int() == 200);
        proxied client(sim);
        CHECK(client.connect(there) == status);
        CHECK(client.header("Proxy-Authenticate").empty() == (status != 407));
    }
    CHECK(control.post("/simulator/proxy", R"({"mode":"pass"})").result_int() == 200);
    CHECK(proxied(sim).connect("192.0.2.1:443") == 403);
    CHECK(proxied(sim).say("GET / HTTP/1.1\r\n\r\n") == 400);
    CHECK(proxied(sim).say(std::string(9 * 1024, 'x')) == 400);
    CHECK(control.post("/simulator/proxy", R"({"mode":"sleep"})").result_int() == 400);
    CHECK(control.post("/simulator/proxy", R"({"mode":"refuse","status":200})").result_int() == 400);
    const json::value page = ledger_of(sim);
    CHECK(page.at("connects") == 4);
    CHECK(page.at("refused") == 3);
    CHECK(page.at("unreachable") == 1);
    CHECK(page.at("unreadable") == 2);
}

TEST_CASE("where nothing listens, the proxy says 502")
{
    running_simulator sim(with_proxy());
    visitor control(sim.control(), sim.ca_file());
    control.post("/simulator/nodes/1", R"({"state":"refusing"})");
    CHECK(proxied(sim).connect("127.0.0.1:" + std::to_string(sim.where().port())) == 502);
    CHECK(ledger_of(sim).at("unreachable") == 1);
}

TEST_CASE("a proxy that cuts resets what asks and what is open; one that hangs says nothing until the end")
{
    running_simulator sim(with_proxy());
    const std::string there = "127.0.0.1:" + std::to_string(sim.where().port());
    visitor control(sim.control(), sim.ca_file());
    proxied open(sim);
    REQUIRE(open.connect(there) == 200);
    REQUIRE(open.ask_appliance() == 404);
    control.post("/simulator/proxy", R"({"mode":"cut"})");
    CHECK(open.wait_for_end() == asio::error::connection_reset);
    CHECK(proxied(sim).connect(there) == 0);
    control.post("/simulator/proxy", R"({"mode":"hang"})");
    proxied waiting(sim);
    std::thread end(
        [&]
        {
            while (json::parse(control.get("/simulator/ledger").body()).at("proxy").at("hung") == 0)
                std::this_thread::yield();
            sim.stop();
        });
    CHECK(waiting.connect(there) == 0);
    end.join();
    const json::value page = ledger_of(sim);
    CHECK(page.at("cut") == 1);
    CHECK(page.at("hung") == 1);
}
