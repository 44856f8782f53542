// Certificates in a file, in PEM form.
#pragma once

#include "core/error.hpp"

#include <openssl/x509.h>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace jobwatch
{

struct free_certificate
{
    void operator()(X509* certificate) const { X509_free(certificate); }
};

using certificate_ptr = std::unique_ptr<X509, free_certificate>;

// All certificates of the file, at least one; what stands between them is not looked at. The failure begins with `what`
// ("CA file") and the path, and tells what stands there instead.
explained<std::vector<certificate_ptr>>
read_certificates(std::string_view what, const std::string& path, std::size_t limit);

bool has_expired(const X509* certificate);

// For a person: the subject, at most 200 bytes, and a day and time in UTC.
std::string subject_text(const X509* certificate);
std::string name_text(const X509_NAME* name);
std::string date_text(const ASN1_TIME* time);

} // namespace jobwatch
