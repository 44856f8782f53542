// kinds: what families of jobs the daemon knows.
#include "core/one_line.hpp"
#include "jobwatchctl/commands.hpp"
#include "jobwatchctl/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

namespace jobwatch::ctl
{

namespace
{

constexpr std::array<std::string_view, 4> list_names{"pending", "succeeded", "failed", "cancelled"};

// "completed,success"; "" when there is none.
std::string words_of(const json::object& kind, std::string_view list, std::string_view between)
{
    std::string words;
    const auto* value = kind.if_contains({list.data(), list.size()});
    const auto* array = value != nullptr ? value->if_array() : nullptr;
    if (array == nullptr)
        return words;
    for (const auto& each : *array)
        if (const auto* word = each.if_string())
            words.append(words.empty() ? "" : between).append(one_line({word->data(), word->size()}));
    return words;
}

std::string origin_of(const json::object& kind, const std::string& usual)
{
    const auto origin = text_field(kind, "origin");
    const std::string shown = origin == "built_in" ? "built in" : origin;
    return text_field(kind, "name") == usual ? shown + ", default" : shown;
}

// For programs: everything in one row.
void print_rows(const surroundings& around, const std::vector<element>& kinds)
{
    table rows({});
    for (const element& kind : kinds)
    {
        table_row row;
        for (const auto* const name : {"name", "origin", "path", "status", "details"})
            row.cells.push_back(cell(text_field(kind.value, name)));
        for (const auto list : list_names)
            row.cells.push_back(cell(words_of(kind.value, list, ",")));
        rows.add(std::move(row));
    }
    rows.print(around.io);
}

// Kinds whose words are the same, in the order of their first one.
struct same_words
{
    std::array<std::string, list_names.size()> words;
    std::vector<std::string> kinds;
};

std::vector<same_words> grouped_by_words(const std::vector<element>& kinds)
{
    std::vector<same_words> groups;
    for (const element& kind : kinds)
    {
        same_words its;
        for (std::size_t list = 0; list < list_names.size(); ++list)
            its.words[list] = words_of(kind.value, list_names[list], ", ");
        auto group = std::ranges::find(groups, its.words, &same_words::words);
        if (group == groups.end())
            group = groups.insert(groups.end(), std::move(its));
        group->kinds.push_back(one_line(text_field(kind.value, "name")));
    }
    return groups;
}

// Most kinds have the usual words: those are told once, and not by their many names.
void print_words(const surroundings& around, const std::vector<element>& kinds)
{
    const auto groups = grouped_by_words(kinds);
    const auto largest =
        std::ranges::max_element(groups, {}, [](const same_words& group) { return group.kinds.size(); });
    for (auto group = groups.begin(); group != groups.end(); ++group)
    {
        std::string whose;
        for (const std::string& name : group->kinds)
            whose.append(whose.empty() ? "" : ", ").append(name);
        if (group == largest)
            whose = groups.size() == 1 ? "all kinds" : "all other kinds";
        around.io.out << "\nwords of " << whose << '\n';
        for (std::size_t list = 0; list < list_names.size(); ++list)
            around.io.out << fmt::format(
                "  {:<10} {}\n", list_names[list], group->words[list].empty() ? "-" : group->words[list]);
    }
}

// For people: a table of what differs, then the words.
void print_page(const surroundings& around, const message& told, const std::vector<element>& kinds)
{
    const auto usual = text_field(told.value, "default");
    table rows({"KIND", "ORIGIN", "STATUS", "DETAILS", "PATH"});
    for (const element& kind : kinds)
    {
        table_row row;
        row.cells.push_back(cell(text_field(kind.value, "name")));
        row.cells.push_back(cell(origin_of(kind.value, usual)));
        for (const auto* const name : {"status", "details", "path"})
            row.cells.push_back(cell(text_field(kind.value, name)));
        rows.add(std::move(row));
    }
    rows.print(around.io);
    print_words(around, kinds);
}

} // namespace

exit_code run_kinds(const surroundings& around)
{
    daemon_link link(around.link);
    const auto told = link.call("kinds", {});
    if (!told)
        return complain(around, told.error());
    const auto kinds = elements_of(*told, "kinds");
    if (around.form == output_form::json)
        for (const element& kind : kinds)
            print_json(around, kind.raw);
    else if (around.io.out_is_terminal)
        print_page(around, *told, kinds);
    else
        print_rows(around, kinds);
    return exit_code::ok;
}

} // namespace jobwatch::ctl
