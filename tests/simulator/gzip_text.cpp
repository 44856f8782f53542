#include "gzip_text.hpp"

#include <zlib.h>

#include <stdexcept>

namespace jobwatch::simulator
{

namespace
{

constexpr int raw_deflate = -15; // zlib's way to ask for no header
constexpr std::size_t block_size = 4 * 1024 * 1024;
constexpr std::string_view header{"\x1f\x8b\x08\0\0\0\0\0\0\xff", 10};
constexpr std::string_view final_block{"\x03\0", 2}; // empty

const Bytef* bytes_of(std::string_view text)
{
    return reinterpret_cast<const Bytef*>(text.data());
}

// Ends on a byte and needs nothing that came before: such pieces can be put one behind the other.
std::string deflated_piece(std::string_view plain)
{
    z_stream press{};
    if (deflateInit2(&press, Z_BEST_COMPRESSION, Z_DEFLATED, raw_deflate, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::runtime_error("zlib does not start");
    std::string out(deflateBound(&press, plain.size()) + 64, '\0');
    press.next_in = const_cast<Bytef*>(bytes_of(plain));
    press.avail_in = static_cast<uInt>(plain.size());
    press.next_out = reinterpret_cast<Bytef*>(out.data());
    press.avail_out = static_cast<uInt>(out.size());
    deflate(&press, Z_FULL_FLUSH);
    out.resize(press.total_out);
    deflateEnd(&press);
    return out;
}

void add_little_endian(std::string& out, std::uint64_t value)
{
    for (int shift = 0; shift < 32; shift += 8)
        out += static_cast<char>(value >> shift & 0xff);
}

} // namespace

gzip_bomb make_bomb(std::string_view text, std::uint64_t white_space)
{
    const std::string spaces(block_size, ' ');
    const std::uint64_t rest = white_space % block_size;
    gzip_bomb bomb;
    bomb.first = std::string(header) + deflated_piece(text);
    bomb.block = deflated_piece(spaces);
    bomb.repeats = white_space / block_size;
    bomb.last = deflated_piece(std::string_view(spaces).substr(0, rest)) + std::string(final_block);
    uLong sum = crc32_z(0, bytes_of(text), text.size());
    const uLong block_sum = crc32_z(0, bytes_of(spaces), spaces.size());
    for (std::uint64_t count = 0; count < bomb.repeats; ++count)
        sum = crc32_combine(sum, block_sum, static_cast<z_off_t>(block_size));
    sum = crc32_combine(sum, crc32_z(0, bytes_of(spaces), rest), static_cast<z_off_t>(rest));
    add_little_endian(bomb.last, sum);
    add_little_endian(bomb.last, text.size() + white_space); // of which it keeps 32 bits
    return bomb;
}

std::string gzip(std::string_view plain)
{
    const gzip_bomb harmless = make_bomb(plain, 0);
    return harmless.first + harmless.last;
}

std::string broken_gzip(std::string_view plain)
{
    const std::string_view half = plain.substr(0, plain.size() / 2);
    return std::string(header) + deflated_piece(half) + std::string(64, '\xff');
}

} // namespace jobwatch::simulator
