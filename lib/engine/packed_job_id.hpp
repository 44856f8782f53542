// A job id in 16 bytes when it is a UUID (nearly all are), else on the heap. For the watch table alone, where
// there may be a million of them.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace jobwatch
{

class packed_job_id
{
public:
    packed_job_id() = default;
    explicit packed_job_id(std::string_view text); // a valid job id

    std::string text() const;
    std::size_t heap_bytes() const;

private:
    using uuid_bytes = std::array<unsigned char, 16>;
    std::variant<uuid_bytes, std::unique_ptr<const std::string>> id_;
};

} // namespace jobwatch
