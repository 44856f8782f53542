// The id that an appliance gave a job. A job_id is always valid; text becomes one through parse_job_id only.
#pragma once

#include "core/error.hpp"

#include <compare>
#include <string>
#include <string_view>

namespace jobwatch
{

inline constexpr std::size_t max_job_id_length = 128;

class job_id
{
public:
    const std::string& text() const { return text_; }

    friend bool operator==(const job_id&, const job_id&) = default;
    friend auto operator<=>(const job_id&, const job_id&) = default;

private:
    friend result<job_id> parse_job_id(std::string_view text);
    explicit job_id(std::string text) : text_(std::move(text)) {}

    std::string text_;
};

// [A-Za-z0-9._~:-]{1,128}, with canonical UUIDs lower-cased; "." and ".." are refused, since they would change
// the path that is asked. errc::bad_job_id otherwise.
result<job_id> parse_job_id(std::string_view text);

// Is this 8-4-4-4-12 hexadecimal digits, of any case?
bool is_uuid(std::string_view text);

} // namespace jobwatch
