// What the CONNECT proxy does with whoever asks it, and what it was asked. No socket in here; proxy.cpp obeys.
#pragma once

#include <boost/json/object.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace jobwatch::simulator
{

enum class proxy_mode : std::uint8_t
{
    pass,
    refuse, // with the status in `refusal`
    hang,   // the CONNECT is read and never answered
    cut,    // the CONNECT is read and the connection reset; tunnels that are open are cut, too
};

constexpr std::array<std::string_view, 4> proxy_mode_names{"pass", "refuse", "hang", "cut"};

std::string_view name_of(proxy_mode which);
std::optional<proxy_mode> proxy_mode_named(std::string_view name);

// What can happen to a connection that the proxy has accepted.
enum class proxy_fate : std::uint8_t
{
    passed,
    refused,
    hung,
    cut,
    unreachable, // nothing listens at the target, or it is not on the loopback
    unreadable,  // no CONNECT
};
constexpr std::size_t proxy_fate_count = 6;

struct proxy_desk
{
    static constexpr std::size_t targets_limit = 1000; // further ones are counted, but not by name

    proxy_mode mode = proxy_mode::pass;
    unsigned refusal = 403;

    std::uint64_t connects = 0;
    std::map<proxy_fate, std::uint64_t> by_fate;
    std::map<std::string, std::uint64_t> by_target; // "host:port" as it was asked for
    std::uint64_t tunnels_open = 0;
    std::uint64_t bytes_up = 0;   // from client to target
    std::uint64_t bytes_down = 0; // and back

    void asked_for(const std::string& target);
    void became(proxy_fate what) { ++by_fate[what]; }

    // For the ledger.
    boost::json::object page() const;

    // Counts from here; open tunnels stay counted as such.
    void reset();
};

// "host:port" of "CONNECT host:port HTTP/1.1"; nothing when the line is none such.
struct connect_target
{
    std::string host; // without the brackets of an IPv6 address
    std::uint16_t port = 0;
};
std::optional<connect_target> read_connect_line(std::string_view line);

} // namespace jobwatch::simulator
