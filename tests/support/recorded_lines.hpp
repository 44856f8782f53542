// Diagnostics that a test can look at.
#pragma once

#include "engine/ports/diagnostics.hpp"

#include <string>
#include <vector>

namespace jobwatch::test
{

class recorded_lines final : public diagnostics
{
public:
    void say(log_level level, std::string_view line) override
    {
        lines_.push_back({level, std::string(line)});
    }

    bool holds(std::string_view part) const
    {
        for (const auto& [level, line] : lines_)
            if (line.find(part) != std::string::npos)
                return true;
        return false;
    }
    std::size_t count(log_level level) const
    {
        std::size_t found = 0;
        for (const auto& [said, line] : lines_)
            found += said == level ? 1U : 0U;
        return found;
    }
    std::string text() const
    {
        std::string all;
        for (const auto& [level, line] : lines_)
            all += line + "\n";
        return all;
    }

private:
    std::vector<std::pair<log_level, std::string>> lines_;
};

} // namespace jobwatch::test
