#include "wire/document.hpp"

#include "core/verdict.hpp"
#include "wire/compact_json.hpp"
#include "wire/document_fields.hpp"
#include "wire/json_text.hpp"
#include "wire/raw_json.hpp"

#include <boost/json/basic_parser_impl.hpp>

namespace jobwatch
{

namespace
{

namespace json = boost::json;

constexpr std::size_t max_error_text = 200; // bytes
constexpr std::size_t max_caught_key = 256; // bytes; a longer key is none of ours

bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Puts a string together that the parser gives in pieces (where it has escapes), up to a limit. Without
// escapes the text is seen where it lies in the body.
class string_pieces
{
public:
    explicit string_pieces(std::size_t limit) : limit_(limit) {}

    void add(std::string_view piece)
    {
        const auto room = limit_ - std::min(limit_, kept_.size());
        cut_ = cut_ || piece.size() > room;
        kept_ += piece.substr(0, room);
    }

    // The whole string, valid until the next one begins.
    std::string_view finish(std::string_view last, std::size_t size)
    {
        if (last.size() == size)
        {
            cut_ = size > limit_;
            return last.substr(0, limit_);
        }
        add(last);
        return kept_;
    }

    bool cut() const { return cut_; }

    void clear()
    {
        kept_.clear();
        cut_ = false;
    }

private:
    std::size_t limit_;
    std::string kept_;
    bool cut_ = false;
};

// What boost::json::basic_parser calls.
class field_handler
{
public:
    static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

    field_handler(const kind& family, std::string_view job) : fields(family, job) {}

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) { return begin(json_type::object); }
    bool on_object_end(std::size_t size, error_code&) { return end(size); }
    bool on_array_begin(error_code&) { return begin(json_type::array); }
    bool on_array_end(std::size_t size, error_code&) { return end(size); }
    bool on_key_part(json::string_view piece, std::size_t, error_code&) { return add(key_, piece); }
    bool on_key(json::string_view last, std::size_t size, error_code&)
    {
        const auto name = key_.finish({last.data(), last.size()}, size);
        fields.key(key_.cut() ? std::string_view("\0too long", 9) : name);
        key_.clear();
        return true;
    }
    bool on_string_part(json::string_view piece, std::size_t, error_code&) { return add(text_, piece); }
    bool on_string(json::string_view last, std::size_t size, error_code&)
    {
        const auto text = text_.finish({last.data(), last.size()}, size);
        fields.scalar({.type = json_type::string, .text = text, .text_cut = text_.cut()});
        text_.clear();
        return true;
    }
    bool on_number_part(json::string_view, error_code&) { return true; }
    bool on_int64(std::int64_t value, json::string_view, error_code&)
    {
        json_value_seen number{.type = json_type::number};
        number.integer = value;
        if (value >= 0)
            number.natural = static_cast<std::uint64_t>(value);
        fields.scalar(number);
        return true;
    }
    bool on_uint64(std::uint64_t value, json::string_view, error_code&)
    {
        fields.scalar({.type = json_type::number, .natural = value});
        return true;
    }
    bool on_double(double, json::string_view, error_code&)
    {
        fields.scalar({.type = json_type::number});
        return true;
    }
    bool on_bool(bool value, error_code&)
    {
        fields.scalar({.type = json_type::boolean, .truth = value});
        return true;
    }
    bool on_null(error_code&)
    {
        fields.scalar({.type = json_type::null});
        return true;
    }
    bool on_comment_part(json::string_view, error_code&) { return true; }
    bool on_comment(json::string_view, error_code&) { return true; }

    document_fields fields;

private:
    bool begin(json_type container)
    {
        fields.begin(container);
        return true;
    }
    bool end(std::size_t size)
    {
        fields.end(size);
        return true;
    }
    static bool add(string_pieces& pieces, json::string_view piece)
    {
        pieces.add({piece.data(), piece.size()});
        return true;
    }

    string_pieces key_{max_caught_key};
    string_pieces text_{max_caught_text};
};

using field_parser = json::basic_parser<field_handler>;

json::parse_options strict()
{
    json::parse_options options;
    options.max_depth = max_document_depth;
    return options;
}

struct parse_problem
{
    error_code code;
    std::size_t position = 0;
};

parse_problem parse_whole(field_parser& parser, std::string_view text)
{
    error_code failed;
    const auto read = parser.write_some(false, text.data(), text.size(), failed);
    if (failed)
        return {failed, read};
    for (auto position = read; position < text.size(); ++position)
        if (!is_space(text[position]))
            return {json::make_error_code(json::error::extra_data), position};
    return {};
}

// Some gateways put one before the text; RFC 8259 lets a reader ignore it.
std::string_view without_byte_order_mark(std::string_view body)
{
    return body.starts_with("\xEF\xBB\xBF") ? body.substr(3) : body;
}

failure not_json(std::string_view body, const parse_problem& problem)
{
    const auto first = std::find_if_not(body.begin(), body.end(), is_space);
    if (first == body.end())
        return {errc::bad_json, "an empty body instead of a job document"};
    if (*first == '<')
        return {errc::bad_json, "HTML or XML instead of a job document: " + quoted(body)};
    return {
        errc::bad_json,
        "not JSON: " + problem.code.message() + " at byte " + std::to_string(problem.position + 1) + " of "
            + std::to_string(body.size()) + ", which begin " + quoted(body)};
}

std::string error_text(const document_fields& fields)
{
    std::string text = fields.code_desc;
    if (!fields.message.empty() && text.find(": ") == std::string::npos)
        text += ": " + fields.message;
    const auto shown = printable(text, max_error_text);
    return std::string(cut_utf8(shown, max_error_text));
}

// What makes a JSON text no document of this job; "" when it is one.
std::string what_instead(const document_fields& fields, std::string_view job)
{
    const auto wanted = "the document of job " + quoted(job, max_reading_field);
    if (fields.top != json_type::object)
        return std::string(name_of(fields.top.value_or(json_type::null))) + " instead of " + wanted;
    if (fields.has(document_field::code_desc))
        return "an error body instead of " + wanted + ": " + error_text(fields);
    if (!fields.has(document_field::id))
        return std::string("an object without \"id\"")
            + (fields.has(document_field::wrapper) ? ", but with an \"application/json\" that is no wrapper,"
                                                   : "")
            + " instead of " + wanted;
    if (fields.twice(document_field::id))
        return "an object with two \"id\" instead of " + wanted;
    if (fields.id_type != json_type::string)
        return "an object whose \"id\" is " + std::string(name_of(fields.id_type)) + " instead of " + wanted;
    return "the document of job " + quoted(fields.id_text, max_reading_field) + " instead of " + wanted;
}

void keep_document(reading& of, std::string_view body)
{
    of.document.reserve(std::min(body.size(), max_document + 1));
    append_compact(of.document, body, max_document);
    if (of.document.size() <= max_document)
        return;
    of.document = {};
    of.document_truncated = true;
}

bool is_wrapper(const document_fields& fields)
{
    return fields.top == json_type::object && fields.top_members == 1 && fields.has(document_field::wrapper)
        && fields.wrapper_type == json_type::object;
}

// What was found in `text`, if it is the document of the job.
explained<reading>
as_reading(document_fields& fields, std::string_view text, const kind& family, std::string_view job)
{
    const bool fits = fields.top == json_type::object && !fields.has(document_field::code_desc)
        && fields.id_fits && !fields.twice(document_field::id);
    if (!fits)
        return failure{errc::not_a_reading, what_instead(fields, job)};
    reading found = fields.take();
    if (judge_word(found.status, family) != verdict::pending)
        keep_document(found, text);
    return found;
}

} // namespace

explained<reading> read_document(std::string_view body, const kind& family, std::string_view job)
{
    body = without_byte_order_mark(body);
    field_parser outer(strict(), family, job);
    const auto problem = parse_whole(outer, body);
    if (problem.code)
        return not_json(body, problem);
    if (!is_wrapper(outer.handler().fields))
        return as_reading(outer.handler().fields, body, family, job);
    const auto inside = raw_members(body).front().value;
    field_parser inner(strict(), family, job);
    parse_whole(inner, inside); // cannot fail: it is a part of what was read
    return as_reading(inner.handler().fields, inside, family, job);
}

std::string read_error_body(std::string_view body)
{
    static const kind no_kind;
    body = without_byte_order_mark(body);
    field_parser parser(strict(), no_kind, std::string_view());
    if (parse_whole(parser, body).code)
        return {};
    const document_fields& fields = parser.handler().fields;
    return fields.top == json_type::object && !fields.code_desc.empty() ? error_text(fields) : std::string();
}

} // namespace jobwatch
