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
    const auto* value = from.take(key);
    for (const auto& place : places_of(name, search.folders))
    {
        if (const auto found = search.look(place))
        {
            to = place;
            if (!found->empty())
                from.note(
                    key, *value,
                    "= " + quoted(name) + ": " + printable(place, max_setting_text) + ' ' + *found
                        + "; allowed is a file that we can read");
            return;
        }
        looked += (looked.empty() ? "" : ", ") + printable(place, max_setting_text);
    }
    to = name;
    from.note(key, *value, "= " + quoted(name) + ": there is no such file; looked for " + looked);
}

} // namespace jobwatch
