// Failures of TLS in words that a person can act on.
#pragma once

#include "core/connection_fault.hpp"
#include "core/error.hpp"

#include <openssl/x509.h>

#include <string>

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

} // namespace jobwatch
