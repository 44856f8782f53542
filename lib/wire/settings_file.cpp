#include "wire/settings_file.hpp"

#include "wire/appliance_section.hpp"
#include "wire/json_text.hpp"
#include "wire/kind_section.hpp"
#include "wire/settings_reader.hpp"

#include <algorithm>
#include <array>

namespace jobwatch
{

namespace
{

// Sane ranges, as those of appliances.
constexpr milliseconds nothing{0};
constexpr milliseconds shortest{1};
constexpr milliseconds longest{3650LL * 24 * 3'600'000};
constexpr milliseconds hour{3'600'000};
constexpr milliseconds day = 24 * hour;
constexpr milliseconds least_interval{10};
constexpr milliseconds least_retain{60'000};
constexpr milliseconds least_heartbeat{100};
constexpr double least_backoff = 0.01;
constexpr double most_backoff = 1;
constexpr std::uint64_t least_rotate_size = 1ULL << 20;
constexpr std::uint64_t most_rotate_size = 10ULL << 30;
constexpr std::uint32_t most_rotate_keep = 1'000;
constexpr std::uint32_t most_clients = 65'536;
constexpr std::size_t max_appliance_name = 64;
constexpr std::size_t max_runtime_path = 90; // bytes: a socket's path ends at 107

// One parse of one file.
struct settings_parse
{
    settings_folders folders;
    file_look look;
    settings found;
    std::vector<settings_mistake> mistakes;
};

bool is_appliance_name(std::string_view name)
{
    const auto fits = [](char c)
    {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'
            || c == '-';
    };
    return !name.empty() && name.size() <= max_appliance_name && std::all_of(name.begin(), name.end(), fits);
}

// The table of this name; nullptr when absent or something else.
const toml::table* take_table(settings_reader& root, std::string_view name)
{
    const auto* value = root.take(name);
    if (value == nullptr)
        return nullptr;
    if (!value->is_table())
        root.wrong(name, *value, "this is a table: write [" + std::string(name) + "] on a line of its own");
    return value->as_table();
}

void note_missing_appliance(settings_parse& parse, std::string_view form)
{
    parse.mistakes.push_back({0, "appliance", "is missing: " + std::string(form)});
}

void read_appliances(settings_parse& parse, settings_reader& root)
{
    constexpr std::string_view form = "write [appliance.NAME], NAME being 1 to 64 of A-Z a-z 0-9 _ -";
    const auto* all = root.take("appliance");
    if (all == nullptr || (all->is_table() && all->as_table()->empty()))
        return note_missing_appliance(parse, form);
    if (!all->is_table())
        return root.wrong("appliance", *all, form);
    for (const auto& [key, value] : *all->as_table())
    {
        const std::string name(key.str());
        const auto path = "appliance." + printable(name);
        if (!is_appliance_name(name) || !value.is_table())
        {
            parse.mistakes.push_back(
                {key.source().begin.line, path, "is no appliance: " + std::string(form)});
            continue;
        }
        settings_reader section(*value.as_table(), path, parse.mistakes);
        parse.found.appliances[name] = read_appliance(section, name, parse.folders, parse.look);
    }
}

// Is the name that this key gives one of the known ones?
template <class Settings>
void check_known(
    settings_reader& from, std::string_view key, const std::string& name,
    const std::map<std::string, Settings>& known)
{
    const auto* value = from.take(key);
    if (value == nullptr || !value->is_string() || name.empty() || known.contains(name))
        return;
    std::vector<std::string> names;
    std::string allowed;
    for (const auto& candidate : known)
    {
        names.push_back(candidate.first);
        allowed += (allowed.empty() ? "" : ", ") + candidate.first;
    }
    const auto nearest = nearest_name(name, names);
    if (!nearest.empty())
        allowed += "; did you mean \"" + nearest + "\"?";
    from.wrong(key, *value, "there is none of this name; known are " + allowed);
}

void read_submit(settings_parse& parse, settings_reader& from)
{
    submit_settings& to = parse.found.submit;
    from.text("appliance", to.appliance);
    from.text("kind", to.kind);
    if (!parse.found.appliances.empty())
        check_known(from, "appliance", to.appliance, parse.found.appliances);
    check_known(from, "kind", to.kind, parse.found.kinds);
}

void read_poll(settings_parse& parse, settings_reader& from)
{
    poll_settings& to = parse.found.poll;
    from.duration("first_after", nothing, hour, to.schedule.first_after);
    from.real("backoff", least_backoff, most_backoff, to.schedule.backoff);
    from.duration("min_interval", least_interval, hour, to.schedule.min_interval);
    from.duration("max_interval", least_interval, day, to.schedule.max_interval);
    from.limit("overdue_after", shortest, longest, to.overdue_after);
    from.limit("give_up_after", shortest, longest, to.give_up_after);
    from.duration("lost_after_unseen", shortest, longest, to.lost_after_unseen);
    from.duration("lost_after_seen", shortest, longest, to.lost_after_seen);
    if (to.schedule.min_interval <= to.schedule.max_interval)
        return;
    const auto* most = from.take("max_interval");
    const auto* key = most != nullptr ? "max_interval" : "min_interval";
    const auto* value = most != nullptr ? most : from.take("min_interval");
    from.wrong(
        key, *value,
        "min_interval (" + format_duration(to.schedule.min_interval) + ") must not be above max_interval ("
            + format_duration(to.schedule.max_interval) + ")");
}

void read_events(settings_parse& parse, settings_reader& from)
{
    event_settings& to = parse.found.events;
    from.duration("retain", least_retain, longest, to.retain);
    from.size("rotate_size", least_rotate_size, most_rotate_size, to.rotate_size);
    from.natural("rotate_keep", 1, most_rotate_keep, to.rotate_keep);
}

void read_control(settings_parse& parse, settings_reader& from)
{
    control_settings& to = parse.found.control;
    from.natural("clients", 1, most_clients, to.clients);
    from.duration("heartbeat", least_heartbeat, hour, to.heartbeat);
    from.duration("stalled_reader_after", least_heartbeat, day, to.stalled_reader_after);
}

void read_log(settings_parse& parse, settings_reader& from)
{
    static constexpr std::array<std::string_view, 5> levels{"trace", "debug", "info", "warning", "error"};
    auto level = static_cast<std::size_t>(parse.found.level);
    from.word("level", levels, level);
    parse.found.level = static_cast<log_level>(level);
}

void read_path(settings_reader& from, std::string_view key, std::size_t longest_path, std::string& to)
{
    std::string path;
    from.text(key, path);
    const auto* value = from.take(key);
    while (path.size() > 1 && path.ends_with('/'))
        path.pop_back();
    if (path.empty())
        return;
    if (path.starts_with('/') && path.size() <= longest_path)
        to = path;
    else
        from.wrong(
            key, *value,
            "allowed is the path of a folder that begins with / and has at most "
                + std::to_string(longest_path) + " bytes");
}

void read_paths(settings_parse& parse, settings_reader& from)
{
    read_path(from, "state", max_setting_text, parse.found.paths.state);
    read_path(from, "logs", max_setting_text, parse.found.paths.logs);
    read_path(from, "runtime", max_runtime_path, parse.found.paths.runtime);
}

void read_root(settings_parse& parse, const toml::table& file)
{
    struct section
    {
        std::string_view name;
        void (*read)(settings_parse&, settings_reader&);
    };
    static constexpr std::array<section, 6> sections{{
        {"submit", read_submit},
        {"poll", read_poll},
        {"events", read_events},
        {"control", read_control},
        {"log", read_log},
        {"paths", read_paths},
    }};
    settings_reader root(file, "", parse.mistakes);
    read_appliances(parse, root); // these two before [submit], which names one of each
    read_kinds(root, parse.mistakes, parse.found.kinds);
    for (const auto& [name, read] : sections)
    {
        const auto* table = take_table(root, name);
        if (table == nullptr)
            continue;
        settings_reader from(*table, std::string(name), parse.mistakes);
        read(parse, from);
        from.finish();
    }
    root.finish();
}

} // namespace

std::string describe(const settings_mistake& mistake, std::string_view file)
{
    std::string text(file);
    if (mistake.line > 0)
        text += ':' + std::to_string(mistake.line);
    text += ": " + mistake.key;
    if (!mistake.key.empty() && !mistake.text.starts_with(':'))
        text += ' ';
    return text + mistake.text;
}

boost::system::result<settings, std::vector<settings_mistake>>
parse_settings(std::string_view text, const settings_folders& folders, file_look look)
{
    settings_parse parse{folders, look, {}, {}};
    for (const auto& known : built_in_kinds())
        parse.found.kinds.emplace(known.name, known);
    try
    {
        read_root(parse, toml::parse(text));
    }
    catch (const toml::parse_error& wrong)
    {
        return std::vector<settings_mistake>{
            {wrong.source().begin.line, "", "not TOML: " + printable(wrong.description(), max_setting_text)}};
    }
    if (parse.mistakes.empty())
        return std::move(parse.found);
    std::stable_sort(
        parse.mistakes.begin(), parse.mistakes.end(),
        [](const settings_mistake& one, const settings_mistake& other) { return one.line < other.line; });
    return std::move(parse.mistakes);
}

} // namespace jobwatch
