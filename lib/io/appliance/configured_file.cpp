#include "io/appliance/configured_file.hpp"

#include "io/appliance/client_identity.hpp"
#include "io/appliance/secret_file.hpp"
#include "io/appliance/tls_context.hpp"

#include <fmt/format.h>

#include <cerrno>

#include <sys/stat.h>

namespace jobwatch
{

namespace
{

constexpr std::size_t max_expired_told = 5; // of one file

// What cannot be looked at stands there all the same.
bool is_nothing(const std::string& path)
{
    struct stat found
    {
    };
    return stat(path.c_str(), &found) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

template <class T>
std::string complaint_of(const explained<T>& read)
{
    return read.has_error() ? read.error().text : std::string();
}

} // namespace

std::optional<std::string> look_at_configured_file(const file_question& asked)
{
    if (is_nothing(asked.path))
        return std::nullopt;
    switch (asked.use)
    {
    case file_use::authorities:
        return complaint_of(read_authorities(asked.path));
    case file_use::client_certificate:
        return complaint_of(check_client_certificate(asked.path));
    case file_use::client_key:
        return complaint_of(check_client_key(asked.path, asked.certificate));
    case file_use::password:
        return complaint_of(read_password(asked.path));
    case file_use::token:
        return complaint_of(read_token("token", asked.path));
    case file_use::refresh_token:
        return complaint_of(read_token("refresh token", asked.path));
    case file_use::unread_authorities:
        break;
    }
    return std::string();
}

std::vector<std::string> expiry_warnings(const appliance_settings& appliance)
{
    std::vector<std::string> warnings;
    if (appliance.verify == certificate_check::full && !appliance.ca_file.empty())
        if (const auto authorities = read_authorities(appliance.ca_file))
            for (const certificate_ptr& one : *authorities)
                if (has_expired(one.get()) && warnings.size() < max_expired_told)
                    warnings.push_back(fmt::format(
                        "CA file {}: the certificate {} expired on {}: what it has signed is refused",
                        appliance.ca_file, subject_text(one.get()),
                        date_text(X509_get0_notAfter(one.get()))));
    if (appliance.credential != credential_form::client_certificate)
        return warnings;
    const auto shown = check_client_certificate(appliance.client_certificate_file);
    if (shown && !shown->empty())
        warnings.push_back(*shown);
    return warnings;
}

} // namespace jobwatch
