// Random JSON and random damage, from a seed: a failure names the seed, and happens again with it.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace jobwatch::tests
{

class random_json
{
public:
    explicit random_json(std::uint32_t seed) : engine_(seed) {}

    // The same value twice: as short as can be, and with white space between the tokens.
    struct pair
    {
        std::string compact;
        std::string spaced;
    };

    pair value(int depth = 0)
    {
        pair made;
        write(made, depth);
        return made;
    }

    // Changes a few bytes: some flipped, some removed, some doubled, some replaced by what parsers trip over.
    std::string damaged(std::string text)
    {
        static constexpr std::string_view bait = "\"\\{}[],:\0\xff\xc3\n 0-eE.+n\x7f";
        for (auto changes = 1 + below(4); changes > 0 && !text.empty(); --changes)
        {
            const auto place = below(text.size());
            switch (below(5))
            {
            case 0:
                text[place] = static_cast<char>(below(256));
                break;
            case 1:
                text[place] = bait[below(bait.size())];
                break;
            case 2:
                text.erase(place, 1 + below(8));
                break;
            case 3:
            {
                const auto from =
                    below(text.size()); // one after the other: the order of arguments is not fixed
                const auto size = below(32);
                text.insert(place, text.substr(from, size));
                break;
            }
            default:
                text.insert(place, 1, bait[below(bait.size())]);
            }
        }
        return text;
    }

    std::size_t below(std::size_t limit) { return limit == 0 ? 0 : engine_() % limit; }

private:
    void both(pair& to, std::string_view text)
    {
        to.compact += text;
        to.spaced += text;
    }

    void space(pair& to)
    {
        static constexpr std::string_view kinds = " \t\r\n";
        for (auto count = below(3); count > 0; --count)
            to.spaced += kinds[below(kinds.size())];
    }

    void string(pair& to)
    {
        static constexpr std::string_view parts[] = {
            "a",          " ",    "{",       "}",   "[",        ":", ",",
            "\\\"",       "\\\\", "\\u00e9", "\\n", "\xc3\xa9", "/", "\\ud83d\\ude00",
            "  \\\\\\\" "};
        both(to, "\"");
        for (auto count = below(8); count > 0; --count)
            both(to, parts[below(std::size(parts))]);
        both(to, "\"");
    }

    void write(pair& to, int depth)
    {
        static constexpr std::string_view plain[] = {
            "0",    "-1",   "1.0e5", "123456789012345678901234567890", "1E-2", "true", "false",
            "null", "-0.0", "17"};
        space(to);
        const auto choice = below(depth < 6 ? 6 : 3);
        if (choice < 2)
            both(to, plain[below(std::size(plain))]);
        else if (choice < 3)
            string(to);
        else
            container(to, depth, choice < 5);
        space(to);
    }

    void container(pair& to, int depth, bool object)
    {
        both(to, object ? "{" : "[");
        const auto count = below(5);
        for (std::size_t i = 0; i < count; ++i)
        {
            if (i > 0)
                both(to, ",");
            space(to);
            if (object)
            {
                string(to);
                space(to);
                both(to, ":");
            }
            write(to, depth + 1);
        }
        space(to);
        both(to, object ? "}" : "]");
    }

    std::mt19937 engine_;
};

} // namespace jobwatch::tests
