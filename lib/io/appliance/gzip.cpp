#include "io/appliance/gzip.hpp"

#include <algorithm>
#include <array>

namespace jobwatch
{

namespace
{

constexpr int gzip_only = 15 + 16; // zlib: the greatest window, and the gzip header is wanted
constexpr std::size_t piece_size = 16 * 1024;

} // namespace

gzip_decoder::~gzip_decoder()
{
    if (ready_)
        inflateEnd(&stream_);
}

bool gzip_decoder::begin()
{
    if (ready_)
        return inflateReset(&stream_) == Z_OK;
    ready_ = inflateInit2(&stream_, gzip_only) == Z_OK;
    return ready_;
}

gzip_outcome gzip_decoder::decode(std::string_view packed, std::string& to, std::size_t limit)
{
    to.clear();
    if (!begin())
        return gzip_outcome::broken;
    // zlib's interface is not const, but it only reads.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(packed.size());
    std::array<char, piece_size> piece;
    for (;;)
    {
        stream_.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream_.avail_out = static_cast<uInt>(piece.size());
        const int status = inflate(&stream_, Z_NO_FLUSH);
        if (status != Z_OK && status != Z_STREAM_END)
            return gzip_outcome::broken; // Z_BUF_ERROR too: the input ended before its end mark
        const std::size_t made = piece.size() - stream_.avail_out;
        if (made > limit - to.size())
            return gzip_outcome::too_large;
        to.append(piece.data(), made);
        if (status != Z_STREAM_END)
            continue;
        if (stream_.avail_in == 0)
            return gzip_outcome::whole;
        if (inflateReset(&stream_) != Z_OK) // a gzip file may have several members
            return gzip_outcome::broken;
    }
}

} // namespace jobwatch
