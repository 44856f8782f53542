#include "wire/http_request.hpp"

#include <algorithm>
#include <iterator>

namespace jobwatch
{

namespace
{

bool is_unreserved(unsigned char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'
        || c == '_' || c == '~';
}

// Ends the header before it, too. Connections are kept alive without a word: HTTP/1.1 does so.
constexpr std::string_view common_headers = "\r\nAccept: application/json\r\nAccept-Encoding: gzip\r\n"
                                            "User-Agent: jobwatchd/" JOBWATCHD_VERSION "\r\n";

constexpr std::string_view id_mark = "{id}";

// What could end a header line is left out. Hosts, paths and tokens were all checked where they came in, so
// this drops nothing; but no mistake elsewhere can become a header of somebody else's.
void append_inline(std::string& to, std::string_view text)
{
    const auto harmless = [](char c) { return static_cast<unsigned char>(c) > ' ' && c != '\x7F'; };
    if (std::all_of(text.begin(), text.end(), harmless))
        to += text;
    else
        std::copy_if(text.begin(), text.end(), std::back_inserter(to), harmless);
}

void append_encoded(std::string& to, std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char given : text)
    {
        const auto byte = static_cast<unsigned char>(given);
        if (is_unreserved(byte))
        {
            to += given;
            continue;
        }
        to += '%';
        to += digits[byte >> 4U];
        to += digits[byte & 0xFU];
    }
}

} // namespace

std::string encode_segment(std::string_view text)
{
    std::string encoded;
    encoded.reserve(text.size());
    append_encoded(encoded, text);
    return encoded;
}

void append_poll_request(
    std::string& to, const node_address& node, const kind& family, std::string_view job, std::string_view jwt)
{
    const std::string_view path = family.path;
    const auto mark = path.find(id_mark);
    to += "GET ";
    append_inline(to, node.base_path);
    append_inline(to, path.substr(0, mark));
    if (mark != std::string_view::npos)
    {
        append_encoded(to, job);
        append_inline(to, path.substr(mark + id_mark.size()));
    }
    to += " HTTP/1.1\r\nHost: ";
    append_inline(to, host_and_port(node));
    to += "\r\nAuthorization: Bearer ";
    append_inline(to, jwt);
    to += common_headers;
    to += "\r\n";
}

std::string token_request(const node_address& node, std::string_view body)
{
    std::string request = "POST ";
    append_inline(request, node.base_path);
    request.append("/api/v1/auth/tokens/ HTTP/1.1\r\nHost: ");
    append_inline(request, host_and_port(node));
    request += common_headers;
    request.append("Content-Type: application/json\r\nContent-Length: ").append(std::to_string(body.size()));
    request.append("\r\n\r\n").append(body);
    return request;
}

} // namespace jobwatch
