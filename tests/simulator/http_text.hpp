// An answer's bytes taken apart, so that single lines of it can be made wrong.
#pragma once

#include <string>
#include <string_view>

namespace jobwatch::simulator
{

struct http_text
{
    std::string head; // without the empty line
    std::string body;

    explicit http_text(const std::string& whole);

    // At the end; an old one goes.
    void set_field(std::string_view name, std::string_view value);
    void drop_field(std::string_view name);
    std::string whole() const { return head + "\r\n\r\n" + body; }
};

} // namespace jobwatch::simulator
