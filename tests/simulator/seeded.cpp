#include "seeded.hpp"

#include <openssl/rand.h>

#include <stdexcept>

namespace jobwatch::simulator
{

namespace
{

constexpr char hex_digits[] = "0123456789abcdef";

std::string random_bytes(std::size_t count)
{
    std::string bytes(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1)
        throw std::runtime_error("the system gives no random bytes");
    return bytes;
}

} // namespace

seeded::seeded(std::uint64_t seed, stream which, std::uint64_t number) : state_{seed}
{
    state_ = next() ^ (static_cast<std::uint64_t>(which) << 56U);
    state_ = next() ^ number;
    next();
}

// splitmix64 (Steele, Lea, Flood 2014): small, and good enough for a script of fates.
std::uint64_t seeded::next()
{
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
}

std::string draw_uuid(seeded& chance)
{
    std::uint64_t high = chance.next();
    std::uint64_t low = chance.next();
    high = (high & 0xffffffffffff0fffU) | 0x4000U;
    low = (low & 0x3fffffffffffffffU) | 0x8000000000000000U;
    std::string text;
    text.reserve(36);
    for (int digit = 0; digit < 32; ++digit)
    {
        if (digit == 8 || digit == 12 || digit == 16 || digit == 20)
            text += '-';
        const std::uint64_t half = digit < 16 ? high : low;
        text += hex_digits[(half >> (60U - 4U * static_cast<unsigned>(digit % 16))) & 0xfU];
    }
    return text;
}

std::uint64_t unforeseen_seed()
{
    std::uint64_t seed = 0;
    for (const char byte : random_bytes(8))
        seed = (seed << 8U) | static_cast<unsigned char>(byte);
    return seed;
}

std::string hex_of(std::string_view bytes)
{
    std::string text;
    for (const char byte : bytes)
    {
        text += hex_digits[static_cast<unsigned char>(byte) >> 4U];
        text += hex_digits[static_cast<unsigned char>(byte) & 0xfU];
    }
    return text;
}

std::string unforeseen_hex(std::size_t count)
{
    return hex_of(random_bytes(count));
}

} // namespace jobwatch::simulator
