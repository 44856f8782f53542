// The files that hold a secret of one line: read anew when it is needed, never kept.
#pragma once

#include "core/settings.hpp"
#include "io/appliance/small_file.hpp"

namespace jobwatch
{

inline constexpr std::size_t max_password_file = 4 * 1024; // bytes
inline constexpr std::size_t max_token_file = 16 * 1024;   // bytes; refresh tokens, too

// The password without the line break at its end. The failure names the file and what is allowed, as for the next.
explained<secret_text> read_password(const std::string& path);

// A token without the blanks and line breaks around it: printable ASCII, as it must stand in a header. `what` is
// "token" or "refresh token".
explained<secret_text> read_token(std::string_view what, const std::string& path);

// The secret that a login with this credential sends; a client certificate's login sends none.
explained<secret_text> read_login_secret(const appliance_settings& appliance);

// The stamps of all files that the credential consists of; "" when there is none.
std::string credential_files_stamp(const appliance_settings& appliance);

} // namespace jobwatch
