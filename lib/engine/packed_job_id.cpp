#include "engine/packed_job_id.hpp"

#include "core/job_id.hpp"

namespace jobwatch
{

namespace
{

constexpr std::string_view hexadecimal = "0123456789abcdef";

unsigned char digit_value(char digit)
{
    return static_cast<unsigned char>(hexadecimal.find(digit));
}

// Only lower-case UUIDs are packed, so that text() gives back exactly what went in.
bool is_packable(std::string_view text)
{
    return is_uuid(text) && text.find_first_of("ABCDEF") == std::string_view::npos;
}

bool dash_stands_before(std::size_t byte)
{
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

} // namespace

packed_job_id::packed_job_id(std::string_view text)
{
    if (!is_packable(text))
    {
        id_ = std::make_unique<const std::string>(text);
        return;
    }
    uuid_bytes bytes{};
    std::size_t at = 0;
    for (std::size_t byte = 0; byte < bytes.size(); ++byte)
    {
        if (dash_stands_before(byte))
            ++at;
        bytes[byte] = static_cast<unsigned char>(digit_value(text[at]) << 4U | digit_value(text[at + 1]));
        at += 2;
    }
    id_ = bytes;
}

std::string packed_job_id::text() const
{
    if (const auto* const long_id = std::get_if<std::unique_ptr<const std::string>>(&id_))
        return **long_id;
    const auto& bytes = std::get<uuid_bytes>(id_);
    std::string text;
    text.reserve(36);
    for (std::size_t byte = 0; byte < bytes.size(); ++byte)
    {
        if (dash_stands_before(byte))
            text += '-';
        text += hexadecimal[bytes[byte] >> 4U];
        text += hexadecimal[bytes[byte] & 0xFU];
    }
    return text;
}

std::size_t packed_job_id::heap_bytes() const
{
    const auto* const long_id = std::get_if<std::unique_ptr<const std::string>>(&id_);
    return long_id == nullptr ? 0 : sizeof(std::string) + (*long_id)->capacity();
}

} // namespace jobwatch
