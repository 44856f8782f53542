// A fault from the JSON object that a person wrote.
#include "delivery_reader.hpp"
#include "fault.hpp"

#include <boost/json.hpp>

#include <array>

namespace jobwatch::simulator
{

namespace
{

namespace json = boost::json;

constexpr std::size_t name_limit = 128;
constexpr std::uint64_t count_limit = 1'000'000'000;

constexpr std::array<std::string_view, 6> class_words{"any", "login", "refresh", "start", "read", "other"};
constexpr std::array<std::string_view, 3> body_words{"own", "empty", "html"};
constexpr std::array<std::string_view, 2> retry_words{"seconds", "date"};

selection read_selection(json_fields& from)
{
    selection when;
    if (const auto which = from.word("class", class_words); which && *which > 0)
        when.kind = static_cast<request_class>(*which - 1);
    when.job = from.text("job", name_limit).value_or("*");
    if (const auto node = from.whole("node", 1, count_limit)) // people count nodes from 1
        when.node = *node - 1;
    when.after = from.whole("after", 0, count_limit).value_or(0);
    when.times = from.whole("times", 1, count_limit);
    when.chance = from.fraction("chance").value_or(1.0);
    when.seed = from.whole("seed", 0, count_limit).value_or(1);
    when.lasts = from.length("for", duration{1});
    return when;
}

std::string read_headers(json_fields& from)
{
    const json::value* member = from.any("headers");
    if (!member)
        return {};
    std::string lines;
    if (member->is_object())
        for (const auto& field : member->get_object())
            if (field.value().is_string())
                lines.append("\r\n")
                    .append(field.key().data(), field.key().size())
                    .append(": ")
                    .append(field.value().get_string().data(), field.value().get_string().size());
    if (lines.empty() || lines.size() > step_text_limit)
        from.blame("headers", R"(an object of texts such as {"Retry-After":"soon"})");
    return lines;
}

// What stands for a status when nobody says more: gateways write pages, a broken service writes nothing.
body_form usual_body(std::uint64_t status)
{
    if (status >= 502 && status <= 504)
        return body_form::html;
    return status == 500 ? body_form::empty : body_form::own;
}

other_answer read_status(json_fields& from)
{
    other_answer other;
    const auto status = from.whole("status", 200, 999);
    if (!status)
        from.blame("status", "a whole number from 200 to 999");
    other.status = static_cast<http::status>(status.value_or(500));
    const auto body = from.word("body", body_words);
    other.body = body ? static_cast<body_form>(*body) : usual_body(status.value_or(500));
    other.code = static_cast<int>(from.whole("code", 0, count_limit).value_or(0));
    other.code_description = from.text("codeDesc", step_text_limit).value_or("");
    other.message = from.text("message", step_text_limit).value_or("");
    other.retry_after = from.length("retry_after");
    other.retry = static_cast<retry_form>(from.word("retry_after_form", retry_words).value_or(0));
    other.headers = read_headers(from);
    return other;
}

other_answer read_redirect(json_fields& from)
{
    other_answer other;
    other.status = static_cast<http::status>(from.whole("status", 300, 399).value_or(302));
    other.body = body_form::html;
    other.headers =
        "\r\nLocation: " + from.text("location", step_text_limit).value_or("https://elsewhere.invalid/login");
    return other;
}

slow_start read_delay(json_fields& from)
{
    const auto by = from.length("by");
    if (!by)
        from.blame("by", R"(a duration such as "250ms")");
    return {by.value_or(duration{0})};
}

effect read_effect(json_fields& from)
{
    std::vector<std::string_view> words{"status", "redirect", "document", "delay"};
    words.insert(words.end(), delivery_words.begin(), delivery_words.end());
    const auto which = from.word("fault", words);
    const std::string_view word = which ? words.at(*which) : "";
    if (word == "status")
        return read_status(from);
    if (word == "redirect")
        return read_redirect(from);
    if (word == "document")
        return read_document_change(from);
    if (word == "delay")
        return read_delay(from);
    return read_delivery(from, word);
}

} // namespace

fault read_fault(json_fields& from)
{
    fault one;
    one.what = read_effect(from);
    one.name = from.text("name", name_limit).value_or("");
    if (one.name == "all" || one.name == "scenario")
        from.blame("name", "another word: \"clear\" has a use for this one");
    one.when = read_selection(from);
    return one;
}

} // namespace jobwatch::simulator
