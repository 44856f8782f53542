#include "wire/file_setting.hpp"

#include "wire/json_text.hpp"

namespace jobwatch
{

namespace
{

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

} // namespace

void read_file_name(settings_reader& from, std::string_view key, const file_search& search, std::string& to)
{
    std::string name;
    from.text(key, name);
    if (name.empty())
        return;
    std::string looked;
    for (const auto& place : places_of(name, search.folders))
    {
        if (search.exists(place))
        {
            to = place;
            return;
        }
        looked += (looked.empty() ? "" : ", ") + printable(place, max_setting_text);
    }
    to = name;
    const auto* value = from.take(key);
    from.note(key, *value, "= " + quoted(name) + ": there is no such file; looked for " + looked);
}

} // namespace jobwatch
