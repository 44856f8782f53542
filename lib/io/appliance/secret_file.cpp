#include "io/appliance/secret_file.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace jobwatch
{

namespace
{

bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool is_token_character(char c)
{
    return c > ' ' && c < '\x7F';
}

failure complaint(std::string_view what, const std::string& path, std::string_view text)
{
    return {
        make_error_code(boost::system::errc::invalid_argument),
        fmt::format("{} file {}: {}", what, path, text)};
}

} // namespace

explained<secret_text> read_password(const std::string& path)
{
    const auto read = read_small_file("password file", path, max_password_file);
    if (read.has_error())
        return read.error();
    std::string_view text = read->view();
    while (text.ends_with('\n') || text.ends_with('\r'))
        text.remove_suffix(1);
    if (text.empty())
        return complaint("password", path, "is empty; allowed is one password");
    if (text.find('\n') != std::string_view::npos)
        return complaint("password", path, "has several lines; allowed is one password in one line");
    return secret_text(std::string(text));
}

explained<secret_text> read_token(std::string_view what, const std::string& path)
{
    const auto read = read_small_file(fmt::format("{} file", what), path, max_token_file);
    if (read.has_error())
        return read.error();
    std::string_view text = read->view();
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    if (text.empty())
        return complaint(what, path, fmt::format("is empty; allowed is one {}", what));
    if (text.find('\n') != std::string_view::npos)
        return complaint(what, path, fmt::format("has several lines; allowed is one {} in one line", what));
    const auto strange = std::ranges::find_if_not(text, is_token_character);
    if (strange != text.end())
        return complaint(
            what, path,
            fmt::format(
                "holds a character that no token has, at its byte {}; allowed is printable ASCII without "
                "blanks",
                strange - text.begin() + 1));
    return secret_text(std::string(text));
}

explained<secret_text> read_login_secret(const appliance_settings& appliance)
{
    switch (appliance.credential)
    {
    case credential_form::token_file:
        return read_token("token", appliance.token_file);
    case credential_form::refresh_token_file:
        return read_token("refresh token", appliance.refresh_token_file);
    case credential_form::client_certificate:
        return secret_text();
    case credential_form::password:
        break;
    }
    return read_password(appliance.password_file);
}

std::string credential_files_stamp(const appliance_settings& appliance)
{
    switch (appliance.credential)
    {
    case credential_form::token_file:
        return stamp_of(appliance.token_file);
    case credential_form::refresh_token_file:
        return stamp_of(appliance.refresh_token_file);
    case credential_form::client_certificate:
        return stamp_of(appliance.client_certificate_file) + stamp_of(appliance.client_key_file);
    case credential_form::password:
        break;
    }
    return stamp_of(appliance.password_file);
}

} // namespace jobwatch
