#include "jobwatchctl/pretty_json.hpp"

#include <algorithm>

namespace jobwatch::ctl
{

namespace
{

constexpr std::size_t indent = 2;
constexpr std::string_view space = " \t\r\n";

class layout
{
public:
    explicit layout(std::string_view margin) : margin_(margin) {}

    void take(std::string_view text)
    {
        for (std::size_t at = 0; at < text.size();)
            at += take_token(text.substr(at));
    }
    std::string& text() { return text_; }

private:
    std::size_t take_token(std::string_view rest)
    {
        const char first = rest.front();
        if (space.find(first) != std::string_view::npos)
            return 1;
        if (first == '"')
            return take_string(rest);
        if (first == '{' || first == '[')
            return open(rest);
        if (first == '}' || first == ']')
            close();
        text_ += first;
        if (first == ',')
            new_line();
        else if (first == ':')
            text_ += ' ';
        return 1;
    }

    std::size_t take_string(std::string_view rest)
    {
        std::size_t end = 1;
        while (end < rest.size() && rest[end] != '"')
            end += rest[end] == '\\' ? 2 : 1;
        end = std::min(end + 1, rest.size());
        text_ += rest.substr(0, end);
        return end;
    }

    // An empty object or array stays on its line.
    std::size_t open(std::string_view rest)
    {
        text_ += rest.front();
        const auto next = rest.find_first_not_of(space, 1);
        if (next != std::string_view::npos && (rest[next] == '}' || rest[next] == ']'))
        {
            text_ += rest[next];
            return next + 1;
        }
        ++depth_;
        new_line();
        return 1;
    }

    void close()
    {
        --depth_;
        new_line();
    }
    void new_line() { text_.append("\n").append(margin_).append(depth_ * indent, ' '); }

    std::string_view margin_;
    std::string text_;
    std::size_t depth_ = 0;
};

} // namespace

std::string pretty_json(std::string_view text, std::string_view margin)
{
    layout laid_out(margin);
    laid_out.take(text);
    return std::move(laid_out.text());
}

} // namespace jobwatch::ctl
