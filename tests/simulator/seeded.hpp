// Chance that replays: the same (seed, stream, number) gives the same draws on every machine and library,
// which the standard distributions do not promise.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace jobwatch::simulator
{

// Independent series of draws, so that one more job posted changes nothing about the jobs made at start.
enum class stream : std::uint64_t
{
    made_jobs = 1,
    posted_jobs = 2,
    identities = 3,
    weather = 4,
    lags = 5,
    domains = 6,
};

class seeded
{
public:
    explicit seeded(std::uint64_t seed) : state_{seed} {}
    seeded(std::uint64_t seed, stream which, std::uint64_t number);

    std::uint64_t next();
    std::uint64_t below(std::uint64_t limit) { return limit == 0 ? 0 : next() % limit; }
    // Both ends included.
    std::uint64_t between(std::uint64_t low, std::uint64_t high) { return low + below(high - low + 1); }

private:
    std::uint64_t state_;
};

// A version 4 UUID in canonical lower case.
std::string draw_uuid(seeded& chance);

// A seed that nobody can foresee, for keys and passwords.
std::uint64_t unforeseen_seed();

// Lower-case hexadecimal.
std::string hex_of(std::string_view bytes);

// `count` bytes from the system's generator, as lower-case hexadecimal.
std::string unforeseen_hex(std::size_t count);

} // namespace jobwatch::simulator
