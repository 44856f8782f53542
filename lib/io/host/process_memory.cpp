#include "io/host/process_memory.hpp"

#include <fstream>

#include <unistd.h>

namespace jobwatch
{

std::uint64_t resident_memory()
{
    std::ifstream file("/proc/self/statm");
    std::uint64_t total_pages = 0;
    std::uint64_t resident_pages = 0;
    file >> total_pages >> resident_pages;
    return resident_pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

} // namespace jobwatch
