#include "wire/http_request.hpp"

namespace jobwatch
{

namespace
{

bool is_unreserved(unsigned char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'
        || c == '_' || c == '~';
}

} // namespace

std::string encode_segment(std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    encoded.reserve(text.size());
    for (const char given : text)
    {
        const auto byte = static_cast<unsigned char>(given);
        if (is_unreserved(byte))
        {
            encoded += given;
            continue;
        }
        encoded += '%';
        encoded += digits[byte >> 4U];
        encoded += digits[byte & 0xFU];
    }
    return encoded;
}

std::string host_and_port(const node_address& node)
{
    const bool is_ipv6 = node.host.find(':') != std::string::npos;
    std::string text = is_ipv6 ? '[' + node.host + ']' : node.host;
    if (node.port != 443)
        text += ':' + std::to_string(node.port);
    return text;
}

} // namespace jobwatch
