#include "fault.hpp"

#include "headers.hpp"
#include "seeded.hpp"
#include "time_text.hpp"

namespace jobwatch::simulator
{

namespace
{

struct usual_error
{
    unsigned status;
    error_name name;
    std::string_view message;
};

// The numbers of those the reference does not know are guesses.
constexpr std::array<usual_error, 9> usual_errors{{
    {400, bad_request, "Bad request"},
    {401, unauthorized, "Invalid token"},
    {403, {14, "NCERRForbidden"}, "Permission denied"},
    {404, not_found, "Resource not found"},
    {405, wrong_method, "Method not allowed"},
    {409, {17, "NCERRConflict: Resource is changing"}, "Conflict"},
    {422, invalid_value, "Unprocessable entity"},
    {429, {18, "NCERRTooManyRequests"}, "Too many requests"},
    {503, {20, "NCERRServiceUnavailable"}, "Service is starting"},
}};
constexpr usual_error any_error{0, {1, "NCERRInternalServerError: unexpected error"}, "Internal error"};

const usual_error& usual_error_of(http::status status)
{
    for (const usual_error& one : usual_errors)
        if (one.status == static_cast<unsigned>(status))
            return one;
    return any_error;
}

std::string page_of(http::status status)
{
    const auto reason = http::obsolete_reason(status);
    const std::string title =
        std::to_string(static_cast<unsigned>(status)) + " " + std::string(reason.data(), reason.size());
    return "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title
        + "</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
}

bool fits(const selection& when, const request& asked, const answer& fair)
{
    if (fair.kind == request_class::control)
        return false;
    return (!when.kind || *when.kind == fair.kind) && (when.job == "*" || when.job == fair.job)
        && (!when.node || *when.node == asked.node);
}

bool is_success(const answer& fair)
{
    return fair.status >= http::status::ok && fair.status < http::status::multiple_choices;
}

std::string retry_text(const other_answer& other, time_point now)
{
    if (other.retry == retry_form::date)
        return http_date(now + *other.retry_after);
    return std::to_string(std::chrono::ceil<std::chrono::seconds>(*other.retry_after).count());
}

} // namespace

bool is_over(const fault& one, time_point now)
{
    return (one.when.times && one.befallen >= *one.when.times)
        || (one.when.lasts && now - one.since >= *one.when.lasts);
}

bool befalls(fault& one, const request& asked, const answer& fair, time_point now)
{
    const bool needs_a_success = std::holds_alternative<document_change>(one.what);
    if (is_over(one, now) || !fits(one.when, asked, fair) || (needs_a_success && !is_success(fair)))
        return false;
    if (++one.fitting <= one.when.after)
        return false;
    constexpr std::uint64_t resolution = 1'000'000;
    const auto threshold = static_cast<std::uint64_t>(one.when.chance * resolution);
    seeded chance(one.when.seed, stream::weather, one.fitting);
    if (chance.below(resolution) >= threshold)
        return false;
    ++one.befallen;
    return true;
}

bool is_other_answer(const fault& one)
{
    return std::holds_alternative<other_answer>(one.what)
        || std::holds_alternative<document_change>(one.what);
}

answer give(const other_answer& other, const answer& fair, time_point now)
{
    const usual_error& usual = usual_error_of(other.status);
    const error_name name{
        other.code != 0 ? other.code : usual.name.code,
        other.code_description.empty() ? usual.name.description : std::string_view(other.code_description)};
    const std::string_view message = other.message.empty() ? usual.message : std::string_view(other.message);
    answer given = refuse(fair.kind, other.status, name, message);
    given.job = fair.job;
    given.delay = fair.delay;
    if (other.body == body_form::empty)
        given.body.clear();
    if (other.body == body_form::html)
    {
        given.body = page_of(other.status);
        given.content_type = "text/html";
    }
    given.headers = other.headers;
    if (other.retry_after)
        given.headers += "\r\nRetry-After: " + retry_text(other, now);
    return given;
}

} // namespace jobwatch::simulator
