#include "io/appliance/http_answer.hpp"

#include "io/appliance/retry_after.hpp"
#include "io/appliance/without_secret.hpp"
#include "wire/document.hpp"
#include "wire/json_text.hpp"
#include "wire/token_message.hpp"

#include <boost/beast/http/status.hpp>
#include <fmt/format.h>

namespace jobwatch
{

namespace
{

namespace http = boost::beast::http;

constexpr std::size_t max_error_words = 300; // bytes of an appliance's own words in a text of ours
constexpr std::size_t max_media_type = 60;

enum class asked_for
{
    job,
    token,
};

std::string_view view_of(boost::beast::string_view text)
{
    return {text.data(), text.size()};
}

// Status, and the appliance's own words. Bodies of others (a proxy's page) are named by type and size only:
// they may be long, ugly, and repeat what we sent.
std::string
describe_answer(const http_answer& answer, const answer_source& source, std::string_view own_words)
{
    const auto reason =
        view_of(http::obsolete_reason(http::int_to_status(static_cast<unsigned>(answer.status))));
    std::string text = fmt::format("{}: HTTP {} {}", source.host, answer.status, reason);
    if (!own_words.empty())
        return text + ": " + without_secret(printable(own_words, max_error_words), source.secret);
    if (answer.status >= 300 && answer.status < 400)
        return text + ": redirects are not followed";
    if (answer.body_trouble)
        return text + ", but " + answer.body_trouble->text;
    if (answer.body.empty())
        return text + " with an empty body";
    const auto type =
        answer.content_type.empty() ? "of no type" : printable(answer.content_type, max_media_type);
    return fmt::format(
        "{} with {} bytes ({}) that are no error of the appliance's own", text, answer.body.size(), type);
}

bool is_success(int status)
{
    return status >= 200 && status < 300;
}

// Who answers 401 or 403 in other words than the appliance's knows neither our token nor the job.
trouble class_of_client_error(int status, asked_for what, bool own_error)
{
    if (status == 401 && own_error)
        return trouble::unauthorized;
    if (status == 403 && own_error)
        return trouble::forbidden;
    if (status == 404 && own_error && what == asked_for::job)
        return trouble::not_found;
    return status == 429 ? trouble::throttled : trouble::refused;
}

trouble class_of(int status, asked_for what, bool own_error)
{
    if (status < 500 || status > 599)
        return class_of_client_error(status, what, own_error);
    if (status == 503)
        return trouble::unavailable;
    return status == 502 || status == 504 ? trouble::gateway : trouble::server_error;
}

asking_error error_of(const http_answer& answer, const answer_source& source, asked_for what, wall_time now)
{
    const std::string own_words = read_error_body(answer.body);
    asking_error error;
    error.http_status = answer.status;
    error.what = class_of(answer.status, what, !own_words.empty());
    error.text = describe_answer(answer, source, own_words);
    error.foreign = own_words.empty() && answer.status < 500 && error.what != trouble::throttled;
    if (error.what == trouble::throttled || error.what == trouble::unavailable)
        error.retry_after = parse_retry_after(answer.retry_after, parse_http_date(answer.date).value_or(now));
    return error;
}

// For a body that should have been a reading or a grant.
asking_error unreadable(const http_answer& answer, const answer_source& source, std::string_view why)
{
    asking_error error;
    error.http_status = answer.status;
    error.what = trouble::unreadable;
    error.text = fmt::format(
        "{}: HTTP {}, but {}", source.host, answer.status,
        without_secret(printable(why, max_error_words), source.secret));
    return error;
}

// What keeps a successful answer's body from being read at all.
std::optional<asking_error> trouble_with_body(const http_answer& answer, const answer_source& source)
{
    if (!answer.body_trouble)
        return std::nullopt;
    asking_error error = *answer.body_trouble;
    error.http_status = answer.status;
    error.text = fmt::format("{}: HTTP {}, but {}", source.host, answer.status, error.text);
    return error;
}

} // namespace

void http_answer::clear()
{
    status = 0;
    for (std::string* const part : {&content_encoding, &content_type, &retry_after, &date, &body})
        part->clear();
    body_trouble.reset();
}

answer_parser::answer_parser(http_answer& to) : to_(to)
{
    to_.clear();
    eager(false);
    header_limit(2 * max_answer_header);
    body_limit(max_answer_body);
}

void answer_parser::on_response_impl(int code, text_view, int, error_code&)
{
    to_.status = code;
}

void answer_parser::on_field_impl(field name, text_view, text_view value, error_code&)
{
    if (header_done_) // a trailer: too late to say anything about the body
        return;
    if (name == field::content_encoding)
        to_.content_encoding.assign(value.data(), value.size());
    else if (name == field::content_type)
        to_.content_type.assign(value.data(), value.size());
    else if (name == field::retry_after)
        to_.retry_after.assign(value.data(), value.size());
    else if (name == field::date && to_.status >= 400) // counts for Retry-After only
        to_.date.assign(value.data(), value.size());
}

void answer_parser::on_header_impl(error_code&)
{
    header_done_ = true;
}

void answer_parser::on_body_init_impl(const body_length& length, error_code&)
{
    if (length) // held against the limit before this is called
        to_.body.reserve(static_cast<std::size_t>(*length));
}

std::size_t answer_parser::on_body_impl(text_view body, error_code&)
{
    to_.body.append(body.data(), body.size());
    return body.size();
}

std::size_t answer_parser::on_chunk_body_impl(std::uint64_t, text_view body, error_code&)
{
    to_.body.append(body.data(), body.size());
    return body.size();
}

poll_answer read_poll_answer(
    const http_answer& answer, const answer_source& source, const kind& family, std::string_view job,
    wall_time now)
{
    if (answer.status != 200)
        return error_of(answer, source, asked_for::job, now);
    if (auto error = trouble_with_body(answer, source))
        return std::move(*error);
    auto document = read_document(answer.body, family, job);
    if (document.has_value())
        return std::move(*document);
    if (!read_error_body(answer.body).empty())
        return error_of(answer, source, asked_for::job, now); // refused, as any other status
    return unreadable(answer, source, document.error().text);
}

grant_answer read_grant_answer(const http_answer& answer, const answer_source& source, wall_time now)
{
    if (!is_success(answer.status))
        return error_of(answer, source, asked_for::token, now);
    if (auto error = trouble_with_body(answer, source))
        return std::move(*error);
    if (!read_error_body(answer.body).empty())
        return error_of(answer, source, asked_for::token, now);
    auto grant = parse_grant(answer.body);
    if (grant.has_value())
        return std::move(*grant);
    return unreadable(answer, source, grant.error().message());
}

} // namespace jobwatch
