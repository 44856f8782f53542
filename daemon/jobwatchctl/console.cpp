#include "jobwatchctl/console.hpp"

#include "core/one_line.hpp"
#include "wire/json_text.hpp"

#include <boost/system/error_code.hpp>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include <unistd.h>

namespace jobwatch::ctl
{

namespace
{

std::string_view colour_of(outcome ended)
{
    switch (ended)
    {
    case outcome::succeeded:
        return "\x1b[32m"; // green
    case outcome::failed:
    case outcome::lost:
        return "\x1b[31m"; // red
    case outcome::partial:
    case outcome::cancelled:
    case outcome::abandoned:
    case outcome::removed:
        return "\x1b[33m"; // yellow
    }
    return "";
}

char32_t code_of_character(std::string_view bytes)
{
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
    if (bytes.size() == 1)
        return byte(0);
    char32_t code = byte(0) & (0xFFU >> (bytes.size() + 1));
    for (std::size_t at = 1; at < bytes.size(); ++at)
        code = (code << 6U) | (byte(at) & 0x3FU);
    return code;
}

void append_escape(std::string& to, char32_t code)
{
    std::array<char, 8> text{};
    const int length = std::snprintf(text.data(), text.size(), "\\u%04x", static_cast<unsigned>(code));
    to.append(text.data(), static_cast<std::size_t>(length));
}

} // namespace

void console::complain(std::string_view text) const
{
    err << "jobwatchctl: " << text << std::endl;
}

console standard_console()
{
    const bool terminal = isatty(STDOUT_FILENO) == 1;
    const char* const no_color = std::getenv("NO_COLOR");
    const bool wanted = no_color == nullptr || *no_color == '\0';
    return {std::cin,           std::cout,    std::cerr, terminal, isatty(STDERR_FILENO) == 1,
            terminal && wanted, STDOUT_FILENO};
}

exit_code finish(console& to, exit_code code)
{
    to.out.clear(); // what could not be written before is tried once more, and tells why
    errno = 0;
    if (to.out.flush().good() || errno == EPIPE)
        return code;
    to.complain(
        "cannot write the output: "
        + boost::system::error_code(errno, boost::system::system_category()).message());
    return code == exit_code::ok ? exit_code::refused : code;
}

std::string cell(std::string_view outside)
{
    return outside.empty() ? "-" : one_line(outside);
}

std::string shown_json(const console& to, std::string_view text)
{
    if (!to.out_is_terminal)
        return std::string(text);
    std::string shown;
    shown.reserve(text.size());
    while (!text.empty())
    {
        const std::size_t length = utf8_length(text);
        const auto bytes = text.substr(0, length == 0 ? 1 : length);
        const std::string safe = one_line(bytes);
        if (length == 0)
            shown += "\xEF\xBF\xBD"; // no UTF-8, so no JSON: a replacement, as every reader would make of it
        else if (safe == bytes || bytes == "\n")
            shown += bytes;
        else
            append_escape(shown, code_of_character(bytes));
        text.remove_prefix(bytes.size());
    }
    return shown;
}

std::string coloured(const console& to, std::string_view text, outcome ended)
{
    if (!to.colours)
        return std::string(text);
    return std::string(colour_of(ended)).append(text).append("\x1b[0m");
}

} // namespace jobwatch::ctl
