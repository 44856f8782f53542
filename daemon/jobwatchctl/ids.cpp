#include "jobwatchctl/ids.hpp"

#include "core/one_line.hpp"
#include "wire/json_text.hpp"

#include <istream>
#include <optional>
#include <string_view>

namespace jobwatch::ctl
{

namespace
{

using read = boost::system::result<std::vector<std::string>, bad_ids>;

std::string_view trimmed(std::string_view line)
{
    constexpr std::string_view space = " \t\r\v\f";
    line = line.substr(0, line.find('#'));
    const auto begin = line.find_first_not_of(space);
    if (begin == std::string_view::npos)
        return {};
    return line.substr(begin, line.find_last_not_of(space) - begin + 1);
}

enum class line_end : unsigned char
{
    newline,
    end_of_input,
    too_long,
};

// getline would take a line of any length.
line_end next_line(std::istream& in, std::string& line)
{
    line.clear();
    for (int each = in.get(); each != std::char_traits<char>::eof(); each = in.get())
    {
        if (each == '\n')
            return line_end::newline;
        if (line.size() == max_id_text)
            return line_end::too_long;
        line += static_cast<char>(each);
    }
    return line_end::end_of_input;
}

// Bytes that are no UTF-8 cannot be sent. Escaped they are still no job id (a backslash is none of its characters), and
// the daemon refuses that one and takes the others.
std::string sendable(std::string_view id)
{
    return is_utf8(id) ? std::string(id) : one_line(id);
}

std::optional<bad_ids> read_lines(std::istream& in, std::vector<std::string>& to)
{
    std::string line;
    for (std::size_t number = 1;; ++number)
    {
        const line_end end = next_line(in, line);
        if (end == line_end::too_long)
            return bad_ids{
                "line " + std::to_string(number) + " of standard input has more than "
                + std::to_string(max_id_text) + " bytes: expected is one job id a line"};
        if (const auto id = trimmed(line); !id.empty())
            to.push_back(sendable(id));
        if (end == line_end::end_of_input)
            return std::nullopt;
    }
}

} // namespace

read read_ids(const std::vector<std::string>& arguments, std::istream& in)
{
    std::vector<std::string> ids;
    bool input_was_read = false;
    for (const std::string& argument : arguments)
    {
        if (argument.size() > max_id_text)
            return bad_ids{"an argument of more than " + std::to_string(max_id_text) + " bytes is no job id"};
        if (argument != "-")
        {
            ids.push_back(sendable(argument));
            continue;
        }
        if (input_was_read)
            return bad_ids{"\"-\" (standard input) stands twice"};
        input_was_read = true;
        if (auto wrong = read_lines(in, ids))
            return std::move(*wrong);
    }
    return ids;
}

} // namespace jobwatch::ctl
