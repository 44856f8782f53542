// Where randomness comes from: one generator, seeded by assembly, so that tests can replay.
#pragma once

#include <cstdint>
#include <random>

namespace jobwatch
{

class chance
{
public:
    explicit chance(std::uint64_t seed) : generator_(seed) {}

    double next() { return std::uniform_real_distribution<double>(0, 1)(generator_); } // in [0, 1)

private:
    std::mt19937_64 generator_;
};

} // namespace jobwatch
