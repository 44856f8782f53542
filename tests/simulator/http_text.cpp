#include "http_text.hpp"

namespace jobwatch::simulator
{

http_text::http_text(const std::string& whole)
{
    constexpr std::string_view end_of_head = "\r\n\r\n";
    const std::size_t end = whole.find(end_of_head);
    head = whole.substr(0, end);
    if (end != std::string::npos)
        body = whole.substr(end + end_of_head.size());
}

void http_text::drop_field(std::string_view name)
{
    const std::size_t at = head.find("\r\n" + std::string(name) + ": ");
    if (at == std::string::npos)
        return;
    const std::size_t end = head.find("\r\n", at + 2);
    head.erase(at, end == std::string::npos ? end : end - at);
}

void http_text::set_field(std::string_view name, std::string_view value)
{
    drop_field(name);
    head.append("\r\n").append(name).append(": ").append(value);
}

} // namespace jobwatch::simulator
