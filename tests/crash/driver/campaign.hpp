// One daemon from an empty folder on, through life after life, until all has settled; then the checker looks.
#pragma once

#include "checker/rules.hpp"
#include "driver/plan.hpp"

#include <array>
#include <functional>

namespace jobwatch::crash
{

struct campaign_wish
{
    std::uint64_t seed = 0;
    std::vector<life> lives;
    std::size_t clients = 12;
    std::size_t submits_per_life = 250;
    bool prune = false;          // keep few archives
    std::size_t check_every = 0; // lives; 0: at the end only
    std::string keep;            // a folder for what is left behind when something is found
    std::string shim;            // the library
    std::function<void(const std::string&)> tell;
};

struct tally
{
    std::size_t kills = 0; // without power cuts
    std::size_t cuts = 0;
    std::size_t stops = 0;
    std::size_t at_random = 0;              // of the violent ones
    std::array<std::size_t, 6> at_points{}; // by call_class
    std::uint64_t acknowledged = 0;
    std::uint64_t opened = 0;
    std::uint64_t events = 0;
    std::uint64_t readings = 0;     // events that readers received
    std::uint64_t endings_told = 0; // by wait and get
    std::size_t backups = 0;
    std::size_t unsynced_bytes = 0; // at the cuts, and
    std::size_t lost_bytes = 0;
    std::size_t folder_changes = 0;
    std::size_t folder_changes_lost = 0;
    std::vector<finding> found;

    void add(const tally& other);
};

tally play(const campaign_wish& wish);

} // namespace jobwatch::crash
