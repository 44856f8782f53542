// One HTTP answer, and what it means: a reading, a grant, or which error while asking.
#pragma once

#include "core/kind.hpp"
#include "core/reading.hpp"
#include "engine/ports/appliance_api.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace jobwatch
{

inline constexpr std::uint32_t max_answer_header = 16 * 1024; // bytes
inline constexpr std::size_t max_answer_body = 1024 * 1024;   // bytes, as sent and as decoded

struct http_answer
{
    int status = 0;
    std::string content_encoding;
    std::string content_type;
    std::string retry_after; // as sent, like the next
    std::string date;
    std::string body;
    std::optional<asking_error> body_trouble; // the body could not be decoded, and is empty

    void clear(); // keeps the strings' memory
};

// Beast's parser writing into an http_answer. One for each answer. The body's limit is set; Beast's own limit
// of the header counts the first line or not, as the bytes happen to come, so who feeds the parser counts the
// header, which the parser takes alone (it is not `eager` until told).
class answer_parser final : public boost::beast::http::basic_parser<false>
{
public:
    explicit answer_parser(http_answer& to);

private:
    using text_view = boost::beast::string_view;
    using body_length = boost::optional<std::uint64_t>;
    using verb = boost::beast::http::verb;
    using field = boost::beast::http::field;

    void on_request_impl(verb, text_view, text_view, int, error_code&) override {}
    void on_response_impl(int code, text_view reason, int version, error_code& failed) override;
    void on_field_impl(field name, text_view given_name, text_view value, error_code& failed) override;
    void on_header_impl(error_code& failed) override;
    void on_body_init_impl(const body_length& length, error_code& failed) override;
    std::size_t on_body_impl(text_view body, error_code& failed) override;
    void on_chunk_header_impl(std::uint64_t, text_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, text_view body, error_code& failed) override;
    void on_finish_impl(error_code&) override {}

    http_answer& to_;
    bool header_done_ = false;
};

// Whom an answer is from, for the error's text, and what must not stand in it.
struct answer_source
{
    std::string host;        // "cm1.example.com:8443"
    std::string_view secret; // what was sent to get the answer
};

// `now` only serves Retry-After, where the answer has no Date of its own.
poll_answer read_poll_answer(
    const http_answer& answer, const answer_source& source, const kind& family, std::string_view job,
    wall_time now);

// Refusals (unauthorized, forbidden) only with the appliance's own error body.
grant_answer read_grant_answer(const http_answer& answer, const answer_source& source, wall_time now);

} // namespace jobwatch
