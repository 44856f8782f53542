// crash_checker FOLDER: holds the folder of a run against the promises. 0: all kept; 1: not; 2: cannot be read.
#include "checker/read_history.hpp"
#include "checker/rules.hpp"

#include <exception>
#include <iostream>

int main(int count, char** words)
{
    if (count != 2 || words[1][0] == '-')
    {
        std::cerr << "usage: crash_checker FOLDER\n\nFOLDER is what crash_driver --keep leaves behind.\n";
        return 2;
    }
    try
    {
        const auto run = jobwatch::crash::read_history(words[1]);
        const auto found = jobwatch::crash::check(run);
        std::cout << run.submits.size() << " acknowledged submits, " << run.watches.size() << " watches, "
                  << run.events.size() << " events, " << run.readers.size() << " readers: " << found.size()
                  << " findings\n";
        for (const auto& one : found)
            std::cout << text_of(one) << '\n';
        return found.empty() ? 0 : 1;
    }
    catch (const std::exception& failed)
    {
        std::cerr << "crash_checker: " << failed.what() << '\n';
        return 2;
    }
}
