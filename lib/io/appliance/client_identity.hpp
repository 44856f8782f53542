// Our own certificate and key, presented in every handshake with an appliance whose credential they are.
#pragma once

#include "core/error.hpp"
#include "core/settings.hpp"

#include <openssl/ssl.h>

#include <string>

namespace jobwatch
{

inline constexpr std::size_t max_identity_file = 256 * 1024; // bytes, for each of certificate and key

// Reads and checks both files, so that a handshake can only fail for what the other side thinks of them. The failure
// names the file and what is wrong with it. Gives a warning, "" as a rule: an expired certificate is used all the
// same, since only the other side's clock counts.
explained<std::string> use_client_identity(SSL_CTX* with, const appliance_settings& appliance);

// The same looks at one file, before there is anything to use it with. The warning as above.
explained<std::string> check_client_certificate(const std::string& path);

// A key is held against the certificate in the other file, unless that is "" or no certificate, which is a mistake of
// that file.
explained<void> check_client_key(const std::string& path, const std::string& certificate);

} // namespace jobwatch
