// gzip bodies -> bytes, with a bound on what comes out. One decoder is used again and again.
#pragma once

#include <zlib.h>

#include <string>
#include <string_view>

namespace jobwatch
{

enum class gzip_outcome : unsigned char
{
    whole,
    broken,    // no gzip, damaged, cut off, or with something behind it
    too_large, // more than `limit` bytes come out
};

class gzip_decoder
{
public:
    gzip_decoder() = default;
    ~gzip_decoder();
    gzip_decoder(const gzip_decoder&) = delete;
    gzip_decoder& operator=(const gzip_decoder&) = delete;

    // Replaces `to`. What stands in it after a failure is not to be used.
    gzip_outcome decode(std::string_view packed, std::string& to, std::size_t limit);

private:
    bool begin();

    z_stream stream_{};
    bool ready_ = false;
};

} // namespace jobwatch
