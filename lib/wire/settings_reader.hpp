// Reads one table of the configuration: each value with its type and range, and every mistake noted. Ask for
// all keys that the table may have, then call finish(), which notes the keys that nobody asked for.
#pragma once

#include "core/duration_text.hpp"
#include "wire/settings_file.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

namespace jobwatch
{

inline constexpr std::size_t max_setting_text = 1024; // bytes of a string

class settings_reader
{
public:
    settings_reader(const toml::table& table, std::string path, std::vector<settings_mistake>& mistakes) :
        table_(table), path_(std::move(path)), mistakes_(mistakes)
    {
    }

    // Each leaves `to` alone when the key is absent or wrong. Ranges include both ends.
    void text(std::string_view key, std::string& to);
    void word(std::string_view key, std::span<const std::string_view> words, std::size_t& to);
    void natural(std::string_view key, std::uint32_t least, std::uint32_t most, std::uint32_t& to);
    void real(std::string_view key, double least, double most, double& to);
    void duration(std::string_view key, milliseconds least, milliseconds most, milliseconds& to);
    void limit(std::string_view key, milliseconds least, milliseconds most, time_limit& to); // or "never"
    void size(std::string_view key, std::uint64_t least, std::uint64_t most, std::uint64_t& to);

    // The value itself, now known; nullptr when absent.
    const toml::node* take(std::string_view key);

    // Mistakes at a value, and at the table for what is missing in it.
    void wrong(std::string_view key, const toml::node& value, std::string_view allowed);
    void missing(std::string_view key, std::string_view allowed);
    void note(std::string_view key, const toml::node& at, std::string text);
    void note_table(std::string text); // about the table as a whole

    void finish();

    const std::string& path() const { return path_; }

private:
    std::string full(std::string_view key) const;

    const toml::table& table_;
    std::string path_;
    std::vector<settings_mistake>& mistakes_;
    std::vector<std::string> known_;
};

// A value for a message: "\"yes\"", "90", "a table".
std::string shown(const toml::node& value);

// The name in `known` that the given one is probably meant to be; "" when none is near.
std::string nearest_name(std::string_view given, const std::vector<std::string>& known);

} // namespace jobwatch
