#include "documents.hpp"

#include "time_text.hpp"

#include <boost/json.hpp>

#include <optional>

namespace jobwatch::simulator
{

namespace
{

namespace json = boost::json;
using read_result = boost::system::result<std::vector<job_document>, document_fault>;
using one_result = boost::system::result<job_document, document_fault>;

constexpr std::string_view white = " \t\r\n";

// The end of the JSON value at the start of `text`, by brackets and quotes alone; npos when it has none.
// Whether the value is valid is Boost.JSON's business.
std::size_t value_length(std::string_view text)
{
    int depth = 0;
    bool in_string = false;
    for (std::size_t at = 0; at < text.size(); ++at)
    {
        const char here = text[at];
        if (in_string)
        {
            if (here == '\\')
                ++at;
            else if (here == '"')
                in_string = false;
        }
        else if (here == '"')
            in_string = true;
        else if (here == '{' || here == '[')
            ++depth;
        else if (here == '}' || here == ']')
            --depth;
        else if (depth == 0 && (here == ',' || white.find(here) != std::string_view::npos))
            return at;
        if (depth < 0)
            return at;
        if (depth == 0 && !in_string && (here == '"' || here == '}' || here == ']'))
            return at + 1;
    }
    return depth == 0 && !in_string ? text.size() : std::string_view::npos;
}

void skip(std::string_view& text, std::string_view what)
{
    text.remove_prefix(std::min(text.size(), text.find_first_not_of(what)));
}

// The bytes of one member's value in a valid object's text. Names are compared as they are written.
std::string_view member_text(std::string_view object, std::string_view name)
{
    object.remove_prefix(1);
    for (skip(object, ", \t\r\n"); !object.empty() && object.front() == '"'; skip(object, ", \t\r\n"))
    {
        const std::string_view found = object.substr(1, value_length(object) - 2);
        object.remove_prefix(found.size() + 2);
        skip(object, ": \t\r\n");
        const std::string_view value = object.substr(0, value_length(object));
        if (found == name)
            return value;
        object.remove_prefix(value.size());
    }
    return {};
}

// The same job before its end: no closing time, no details, nothing moved since it was created.
std::string unfinished(json::object document, const family& of)
{
    document[json::string_view(of.status.data(), of.status.size())] = of.in_progress;
    document.erase("completed_at");
    document.erase("detailed_status");
    if (const json::value* created = document.if_contains("createdAt"))
        document["updatedAt"] = json::value(*created);
    return json::serialize(document);
}

document_fault fault_in(std::size_t number, const std::string& what)
{
    return {"document " + std::to_string(number) + ": " + what};
}

std::string id_in(const json::object& object)
{
    const json::value* id = object.if_contains("id");
    return id && id->is_string() ? std::string(id->get_string()) : std::string();
}

std::string listed(const domain_list& domains)
{
    std::string all;
    for (const std::string& name : domains.names)
        all.append(all.empty() ? "" : ", ").append(name);
    return all;
}

one_result read_wrapped(
    const json::object& wrapper, std::string_view text, std::size_t number, const domain_list& domains)
{
    const json::object& inner = wrapper.at("document").get_object();
    job_document document{id_in(wrapper), std::string(member_text(text, "document")), {}, {}};
    if (document.id.empty())
        document.id = id_in(inner);
    if (const json::value* kind = wrapper.if_contains("kind"))
    {
        document.of = kind->is_string() ? family_named(kind->get_string()) : nullptr;
        if (!document.of)
            return fault_in(number, "\"kind\" must be one of " + family_names());
    }
    if (const json::value* domain = wrapper.if_contains("domain"))
    {
        const auto known = domain->is_string() ? domains.find(domain->get_string()) : std::nullopt;
        if (!known)
            return fault_in(number, "\"domain\" must be one of " + listed(domains));
        document.domain = *known;
    }
    if (const json::value* after = wrapper.if_contains("after"))
    {
        const auto parsed = after->is_string() ? parse_duration(after->get_string()) : std::nullopt;
        if (!parsed)
            return fault_in(number, R"("after" must be a duration such as "2s" or "250ms")");
        document.after = *parsed;
        document.before = unfinished(inner, *document.of);
    }
    return document;
}

one_result read_one(std::string_view text, std::size_t number, const domain_list& domains)
{
    boost::system::error_code ec;
    const json::value parsed = json::parse(text, ec);
    if (ec)
        return fault_in(number, "no JSON: " + ec.message());
    if (!parsed.is_object())
        return fault_in(number, "a JSON object is needed");
    const json::value* inner = parsed.get_object().if_contains("document");
    one_result document = inner && inner->is_object()
        ? read_wrapped(parsed.get_object(), text, number, domains)
        : one_result(job_document{id_in(parsed.get_object()), std::string(text), {}, {}});
    if (document && document->id.empty())
        return fault_in(number, R"(a string member "id" is needed)");
    return document;
}

} // namespace

read_result read_documents(std::string_view text, const domain_list& domains)
{
    std::vector<job_document> documents;
    skip(text, white);
    const bool array = !text.empty() && text.front() == '[';
    std::string_view rest = text;
    if (array)
    {
        boost::system::error_code ec;
        json::parse(text, ec);
        if (ec)
            return document_fault{"the array of documents is no JSON: " + ec.message()};
        rest.remove_prefix(1);
    }
    const std::string_view between = array ? ", \t\r\n" : white;
    for (skip(rest, between); !rest.empty() && rest.front() != ']'; skip(rest, between))
    {
        const std::string_view one = rest.substr(0, value_length(rest));
        auto document = read_one(one, documents.size() + 1, domains);
        if (!document)
            return document.error();
        documents.push_back(std::move(*document));
        rest.remove_prefix(std::max<std::size_t>(one.size(), 1));
    }
    if (!array && !rest.empty())
        return fault_in(documents.size() + 1, "a JSON object is needed, not ']'");
    return documents;
}

} // namespace jobwatch::simulator
