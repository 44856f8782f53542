#include "io/appliance/certificate_file.hpp"

#include "io/appliance/small_file.hpp"
#include "wire/json_text.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <array>
#include <ctime>

namespace jobwatch
{

namespace
{

constexpr std::size_t max_name_shown = 200; // bytes

struct free_memory
{
    void operator()(BIO* memory) const { BIO_free(memory); }
};

using memory_ptr = std::unique_ptr<BIO, free_memory>;

// "unsupported algorithm"; the queue of errors is empty afterwards.
std::string take_openssl_words()
{
    const char* const words = ERR_reason_error_string(ERR_peek_last_error());
    std::string taken = words != nullptr ? words : "unknown error";
    ERR_clear_error();
    return taken;
}

bool last_was_end_of_file()
{
    const unsigned long code = ERR_peek_last_error();
    return ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE;
}

// What people put there by mistake, by its first bytes; "" when it is none of these.
std::string_view what_it_seems(std::string_view text)
{
    if (text.empty())
        return " (it is empty)";
    if (text.find("PRIVATE KEY-----") != std::string_view::npos)
        return " (but a private key)";
    if (text.starts_with("\x30\x82")) // a long ASN.1 sequence
        return " (it looks like DER: openssl x509 -inform der -in IT -out NEW turns it into PEM)";
    return {};
}

} // namespace

explained<std::vector<certificate_ptr>>
read_certificates(std::string_view what, const std::string& path, std::size_t limit)
{
    const auto text = read_small_file(what, path, limit);
    if (text.has_error())
        return text.error();
    const auto complaint = [&](const std::string& words)
    {
        return failure{
            make_error_code(boost::system::errc::invalid_argument),
            fmt::format("{} {}: {}", what, path, words)};
    };
    const memory_ptr reader(BIO_new_mem_buf(text->view().data(), static_cast<int>(text->view().size())));
    std::vector<certificate_ptr> found;
    ERR_clear_error();
    while (certificate_ptr one{PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr)})
        found.push_back(std::move(one));
    if (!last_was_end_of_file())
        return complaint(fmt::format(
            "certificate {} cannot be read: {}; allowed are whole certificates in PEM form", found.size() + 1,
            take_openssl_words()));
    ERR_clear_error();
    if (found.empty())
        return complaint(fmt::format(
            "holds no certificate{}; allowed are certificates in PEM form (BEGIN CERTIFICATE)",
            what_it_seems(text->view())));
    return found;
}

bool has_expired(const X509* certificate)
{
    return X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0;
}

std::string name_text(const X509_NAME* name)
{
    const memory_ptr memory(BIO_new(BIO_s_mem()));
    if (!memory || X509_NAME_print_ex(memory.get(), name, 0, XN_FLAG_RFC2253) < 0)
        return "?";
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory.get(), &text);
    return printable({text, static_cast<std::size_t>(size)}, max_name_shown);
}

std::string subject_text(const X509* certificate)
{
    return name_text(X509_get_subject_name(certificate));
}

std::string date_text(const ASN1_TIME* time)
{
    tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1)
        return "a date that cannot be read";
    std::array<char, 40> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S UTC", &parts);
    return text.data();
}

} // namespace jobwatch
