// How we do TLS with one appliance: versions, trusted authorities, our own certificate if there is one, and whom the
// appliance's must name.
#pragma once

#include "core/error.hpp"
#include "core/settings.hpp"
#include "io/appliance/certificate_file.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <memory>
#include <string>

namespace jobwatch
{

namespace asio = boost::asio;

using tls_stream = asio::ssl::stream<asio::ip::tcp::socket>;

inline constexpr std::size_t max_ca_file =
    4 * 1024 * 1024; // bytes; the system's own bundle is a twentieth of it

struct tls_context
{
    asio::ssl::context native{asio::ssl::context::tls_client};
    certificate_check check = certificate_check::full;
    std::string authorities; // for a person: "the authorities in /etc/.../ca.pem"
    std::string warning;     // for a person: our certificate has expired; "" as a rule
};

// The failure names the file, and what is wrong with it.
explained<std::shared_ptr<tls_context>> make_tls_context(const appliance_settings& appliance);

// Those of a CA file; the failure as before.
explained<std::vector<certificate_ptr>> read_authorities(const std::string& path);

// The stamps of all files that a context is made of.
std::string tls_files_stamp(const appliance_settings& appliance);

// What the handshake must prove: `name` is a host name or an IP address. Sets SNI too (names only: RFC 6066
// knows no addresses there).
void expect_name(SSL* connection, const std::string& name);

} // namespace jobwatch
