#include "wire/kind_section.hpp"

#include "core/kind_rules.hpp"
#include "wire/json_text.hpp"

#include <algorithm>
#include <array>

namespace jobwatch
{

namespace
{

constexpr std::string_view form = "write [kind.\"VENDOR/NAME\"] on a line of its own";

struct list_key
{
    std::string_view name;
    word_list words;
};

constexpr std::array<list_key, 4> list_keys{{
    {"pending", &kind::pending},
    {"succeeded", &kind::succeeded},
    {"failed", &kind::failed},
    {"cancelled", &kind::cancelled},
}};

using check = std::string (*)(std::string_view);

void read_checked(settings_reader& from, std::string_view key, check wrong_with, std::string& to)
{
    std::string given;
    from.text(key, given);
    if (given.empty())
        return;
    const auto wrong = wrong_with(given);
    if (wrong.empty())
        to = given;
    else
        from.wrong(key, *from.take(key), wrong);
}

// The words of one section, and the list that each was given for.
using given_words = std::map<std::string, const list_key*>;

void read_word(settings_reader& from, const list_key& list, const toml::node& element, given_words& given)
{
    const auto* text = element.as_string();
    if (text == nullptr)
        return from.wrong(list.name, element, "a word is a string");
    const auto wrong = wrong_with_status_word(text->get());
    if (!wrong.empty())
        return from.wrong(list.name, element, wrong);
    const auto [place, fresh] = given.emplace(normalised_word(text->get()), &list);
    if (!fresh && place->second != &list)
        from.wrong(
            list.name, element,
            "this word stands in " + std::string(place->second->name) + ", too: it can mean one thing only");
}

void read_words(settings_reader& from, const list_key& list, given_words& given)
{
    const auto* value = from.take(list.name);
    if (value == nullptr)
        return;
    const auto* words = value->as_array();
    if (words == nullptr || words->empty() || words->size() > max_kind_words)
        return from.wrong(
            list.name, *value,
            "allowed is an array of 1 to " + std::to_string(max_kind_words)
                + " words, which are added to those that the kind has");
    for (const auto& element : *words)
        read_word(from, list, element, given);
}

void read_all_words(settings_reader& from, kind& to)
{
    given_words given;
    for (const list_key& list : list_keys)
        read_words(from, list, given);
    for (const auto& [word, list] : given)
        give_meaning(to, list->words, word);
    if (to.succeeded.empty())
        from.note_table("leaves no word that means success: give one in succeeded");
}

void read_details(settings_reader& from, detail_style& to)
{
    static constexpr std::array<std::string_view, 2> styles{"versions", "sentences"};
    auto style = static_cast<std::size_t>(to);
    from.word("details", styles, style);
    to = static_cast<detail_style>(style);
}

void note_missing_path(
    settings_reader& from, const std::string& name, const std::map<std::string, kind>& known)
{
    std::vector<std::string> names;
    names.reserve(known.size());
    for (const auto& candidate : known)
        names.push_back(candidate.first);
    const auto nearest = nearest_name(name, names);
    std::string text = "write path = \"/api/v1/.../{id}\", where the appliance shows a job of this new kind";
    if (!nearest.empty())
        text += "; or did you mean the built-in \"" + nearest + "\"?";
    from.missing("path", text);
}

kind read_kind(settings_reader& from, const std::string& name, const std::map<std::string, kind>& known)
{
    const auto built_in = known.find(name);
    kind to = built_in != known.end() ? built_in->second : plain_kind(name);
    if (built_in != known.end())
        to.origin = kind_origin::overridden;
    read_checked(from, "path", wrong_with_kind_path, to.path);
    if (built_in == known.end() && from.take("path") == nullptr)
        note_missing_path(from, name, known);
    read_checked(from, "status", wrong_with_status_pointer, to.status_pointer);
    read_details(from, to.details);
    read_all_words(from, to);
    from.finish();
    return to;
}

} // namespace

void read_kinds(
    settings_reader& root, std::vector<settings_mistake>& mistakes, std::map<std::string, kind>& kinds)
{
    const auto* all = root.take("kind");
    if (all == nullptr)
        return;
    if (!all->is_table())
        return root.wrong("kind", *all, form);
    if (all->as_table()->size() > max_configured_kinds)
        return root.note(
            "kind", *all,
            "has " + std::to_string(all->as_table()->size()) + " kinds: at most "
                + std::to_string(max_configured_kinds) + " are allowed");
    std::map<std::string, kind> read;
    for (const auto& [key, value] : *all->as_table())
    {
        const std::string name(key.str());
        const auto path = "kind." + quoted(name);
        auto wrong = wrong_with_kind_name(name);
        if (wrong.empty() && !value.is_table())
            wrong = "this is no table";
        if (!wrong.empty())
        {
            mistakes.push_back({key.source().begin.line, path, ": " + wrong + "; " + std::string(form)});
            continue;
        }
        settings_reader section(*value.as_table(), path, mistakes);
        read[name] = read_kind(section, name, kinds);
    }
    for (auto& [name, family] : read)
        kinds[name] = std::move(family);
}

} // namespace jobwatch
