// Chance in tests: a new seed each run, told when a check fails, and given back through the environment.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace jobwatch::test
{

// JOBWATCH_TEST_SEED, when set, repeats a run. Print it with INFO, so that a failure names it.
inline std::uint64_t chosen_seed()
{
    if (const char* const given = std::getenv("JOBWATCH_TEST_SEED"))
        return std::strtoull(given, nullptr, 10);
    std::random_device chance;
    return (std::uint64_t{chance()} << 32U) | chance();
}

inline std::string how_to_repeat(std::uint64_t seed)
{
    return "repeat with JOBWATCH_TEST_SEED=" + std::to_string(seed);
}

// SplitMix64: small, and quick without optimisation too.
class random_source
{
public:
    explicit random_source(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next()
    {
        state_ += 0x9E3779B97F4A7C15U;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
        return mixed ^ (mixed >> 31U);
    }
    // 0 ... count - 1
    std::uint64_t below(std::uint64_t count) { return next() % count; }
    bool one_in(std::uint64_t count) { return below(count) == 0; }
    double fraction() { return static_cast<double>(next() >> 11U) * 0x1p-53; } // [0, 1)

private:
    std::uint64_t state_;
};

} // namespace jobwatch::test
