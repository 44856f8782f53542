// Failures of TLS in words that a person can act on.
#pragma once

#include "core/connection_fault.hpp"
#include "core/error.hpp"

#include <openssl/x509.h>

#include <string>
#include <string_view>

namespace jobwatch
{

// Whom and what a certificate was held against.
struct certificate_demand
{
    std::string name;        // that the certificate must carry
    std::string authorities; // for a person
};

// Why the certificate now being verified is refused; for use in a verify callback that was told "no".
std::string describe_refused_certificate(X509_STORE_CTX* verifying, const certificate_demand& demand);

connection_fault fault_of_refused_certificate(X509_STORE_CTX* verifying);

// Why a handshake failed, when it was not the certificate.
std::string describe_failed_handshake(error_code failed);
connection_fault fault_of_failed_handshake(error_code failed);

// Did TLS itself fail, and not the connection below it? A server may refuse our certificate, or miss one, only after the
// handshake.
bool is_tls_error(error_code failed);

// What such an error means; `otherwise` where the library's words (kept in brackets) must do.
std::string describe_tls_error(error_code failed, std::string_view otherwise);

} // namespace jobwatch
