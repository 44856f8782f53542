// Writing JSON by hand, where the order of fields and the letters of embedded text matter, and quoting what
// came from outside for people. Whatever bytes come in, what goes out is valid UTF-8 on one line.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace jobwatch
{

// Length of the valid UTF-8 sequence at the start of `text`: 1 to 4, or 0 when there is none.
std::size_t utf8_length(std::string_view text);
bool is_utf8(std::string_view text); // all of it

// At most `limit` bytes of `text`, never ending within a character.
std::string_view cut_utf8(std::string_view text, std::size_t limit);

// "text" as a JSON string; bytes that are no UTF-8 become U+FFFD.
void append_json_string(std::string& to, std::string_view text);
std::string json_string(std::string_view text);

// Text from outside for a message to people, as core's one_line, but shorter: "..." stands in place of
// what goes over `limit` bytes.
std::string printable(std::string_view text, std::size_t limit = 80);

// The same in double quotes.
std::string quoted(std::string_view text, std::size_t limit = 80);

// One JSON object, appended field by field; the destructor writes nothing, so call end(). Names are ours and
// need no escaping.
class object_writer
{
public:
    explicit object_writer(std::string& to) : to_(to) { to_ += '{'; }

    void text(std::string_view name, std::string_view value) { append_json_string(begin(name), value); }
    void number(std::string_view name, std::integral auto value) { begin(name) += std::to_string(value); }
    void real(std::string_view name, double value);
    void flag(std::string_view name, bool value) { begin(name) += value ? "true" : "false"; }
    void raw(std::string_view name, std::string_view json) { begin(name) += json; }

    // Starts a field whose value the caller appends to what is returned.
    std::string& begin(std::string_view name);
    void end() { to_ += '}'; }

private:
    std::string& to_;
    bool first_ = true;
};

// [element, element]: `write` appends one element's JSON.
template <class Range, class Write>
void append_json_array(std::string& to, const Range& elements, Write write)
{
    to += '[';
    bool first = true;
    for (const auto& element : elements)
    {
        if (!first)
            to += ',';
        first = false;
        write(to, element);
    }
    to += ']';
}

} // namespace jobwatch
