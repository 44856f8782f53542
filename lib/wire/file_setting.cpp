#include "wire/file_setting.hpp"

#include "wire/json_text.hpp"

namespace jobwatch
{

namespace
{

constexpr std::size_t max_file_complaint = 4 * max_setting_text; // bytes; it holds one path or two

std::vector<std::string> places_of(const std::string& name, const settings_folders& folders)
{
    if (name.starts_with('/'))
        return {name};
    std::vector<std::string> places;
    if (!folders.credentials.empty())
        places.push_back(folders.credentials + '/' + name);
    places.push_back(folders.beside + "/credentials/" + name);
    places.push_back(folders.beside + '/' + name);
    return places;
}

// The first of the places where something stands is the one that is meant.
bool search_file(
    settings_reader& from, std::string_view key, const file_search& search, file_question asked,
    std::string& to)
{
    std::string name;
    from.text(key, name);
    if (name.empty())
        return false;
    std::string looked;
    const auto* value = from.take(key);
    for (auto& place : places_of(name, search.folders))
    {
        asked.path = place;
        if (const auto found = search.look(asked))
        {
            to = std::move(place);
            if (!found->empty())
                from.note(key, *value, "= " + quoted(name) + ": " + printable(*found, max_file_complaint));
            return true;
        }
        looked += (looked.empty() ? "" : ", ") + printable(place, max_setting_text);
    }
    to = name;
    from.note(key, *value, "= " + quoted(name) + ": there is no such file; looked for " + looked);
    return false;
}

} // namespace

bool read_file_name(
    settings_reader& from, std::string_view key, const file_search& search, file_use use, std::string& to)
{
    return search_file(from, key, search, {"", use}, to);
}

bool read_key_file_name(
    settings_reader& from, std::string_view key, const file_search& search, const std::string& certificate,
    std::string& to)
{
    return search_file(from, key, search, {"", file_use::client_key, certificate}, to);
}

} // namespace jobwatch
