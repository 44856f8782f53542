#include "checker/read_history.hpp"

#include <boost/json.hpp>
#include <sqlite3.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <stdexcept>

namespace jobwatch::crash
{

namespace
{

namespace fs = std::filesystem;
namespace json = boost::json;

using row_reader = std::function<void(sqlite3_stmt*)>;

std::string column_text(sqlite3_stmt* row, int column)
{
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
    return text == nullptr ? std::string() : std::string(text);
}

number column_number(sqlite3_stmt* row, int column)
{
    return static_cast<number>(sqlite3_column_int64(row, column));
}

void each_row(sqlite3* database, const char* query, const row_reader& read)
{
    sqlite3_stmt* made = nullptr;
    if (sqlite3_prepare_v2(database, query, -1, &made, nullptr) != SQLITE_OK)
        throw std::runtime_error(std::string(query) + ": " + sqlite3_errmsg(database));
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> asked(made, sqlite3_finalize);
    int step = 0;
    while ((step = sqlite3_step(made)) == SQLITE_ROW)
        read(made);
    if (step != SQLITE_DONE)
        throw std::runtime_error(std::string(query) + ": " + sqlite3_errmsg(database));
}

std::string without_newline(std::string text)
{
    if (!text.empty() && text.back() == '\n')
        text.pop_back();
    return text;
}

// The text of a file, plain or zipped.
std::string all_of(const std::string& path)
{
    const gzFile file = gzopen(path.c_str(), "rb");
    if (file == nullptr)
        throw std::runtime_error("cannot open " + path);
    std::string text;
    std::vector<char> block(1 << 20);
    int count = 0;
    while ((count = gzread(file, block.data(), static_cast<unsigned>(block.size()))) > 0)
        text.append(block.data(), static_cast<std::size_t>(count));
    const bool whole = count == 0 && gzclose_r(file) == Z_OK;
    if (!whole)
        throw std::runtime_error("cannot unzip " + path);
    return text;
}

// Archives carry the last seq in their names, with leading zeros: they sort as their events do. One that is there
// twice, plain and zipped, is taken once.
std::vector<std::string> archives_in(const std::string& folder)
{
    std::vector<std::string> paths;
    for (const auto& entry : fs::directory_iterator(folder))
    {
        const auto file_name = entry.path().filename().string();
        const bool plain = file_name.ends_with(".jsonl");
        if (!file_name.starts_with("events-") || (!plain && !file_name.ends_with(".jsonl.gz")))
            continue;
        if (plain && fs::exists(entry.path().string() + ".gz"))
            continue;
        paths.push_back(entry.path().string());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

std::string shown(std::string_view bytes)
{
    std::string text(bytes.substr(0, 80));
    for (char& byte : text)
        if (byte < ' ' || byte > '~')
            byte = '?';
    return text;
}

// The last line of the newest file may be torn after a crash; the next start cuts it off.
void read_lines(const std::string& path, bool newest, history& to)
{
    const auto text = all_of(path);
    std::size_t from = 0;
    for (auto end = text.find('\n'); from < text.size(); end = text.find('\n', from))
    {
        const bool torn = end == std::string::npos;
        const auto line = std::string_view(text).substr(from, torn ? std::string::npos : end - from);
        from += line.size() + 1;
        try
        {
            to.file.push_back(read_event(line));
        }
        catch (const std::exception&)
        {
            if (to.settled || !newest)
                to.litter.push_back(
                    fs::path(path).filename().string() + " has no event but " + std::to_string(line.size())
                    + " bytes: " + shown(line));
            else
                return;
        }
    }
}

void read_fates(const std::string& path, history& to)
{
    std::ifstream file(path);
    for (std::string job, outcome; file >> job >> outcome;)
        to.fates[job] = outcome;
}

event_fact traced_event(std::istream& words)
{
    event_fact one;
    words >> one.seq >> one.type >> one.watch >> one.outcome >> one.hash;
    if (one.outcome == "-")
        one.outcome.clear();
    return one;
}

reader_step traced_step(const std::string& word, std::istream& words)
{
    reader_step step;
    if (word == "event")
        step.event = traced_event(words);
    else if (word == "start")
    {
        step.what = reader_step::kind::start;
        words >> step.seq >> step.text;
    }
    else if (word == "heartbeat")
    {
        step.what = reader_step::kind::heartbeat;
        words >> step.seq;
    }
    else if (word == "gap")
    {
        step.what = reader_step::kind::gap;
        words >> step.seq >> step.to;
        std::getline(words, step.text);
    }
    else
        throw std::runtime_error("a trace has the unknown record " + word);
    return step;
}

void read_record(const std::string& word, std::istream& words, reader_history& reader, history& to)
{
    number watch = 0;
    std::string text;
    if (word == "told")
    {
        submit_answer one;
        words >> one.job >> one.watch >> one.said;
        to.submits.push_back(std::move(one));
    }
    else if (word == "asked-again" && words >> text)
        to.asked_again.insert(text);
    else if (word == "remove" && words >> watch)
        to.asked_to_remove.insert(watch);
    else if (word == "removed" && words >> watch)
        to.removed.insert(watch);
    else if (word == "ended" && words >> watch >> text)
        to.endings.push_back({watch, text, reader.name});
    else if (word == "only")
        words >> reader.only;
    else
        reader.steps.push_back(traced_step(word, words));
}

void read_trace(const fs::path& path, history& to)
{
    reader_history reader;
    reader.name = path.stem().string();
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);)
    {
        std::istringstream words(line);
        std::string word;
        if (words >> word)
            read_record(word, words, reader, to);
    }
    if (!reader.steps.empty())
        to.readers.push_back(std::move(reader));
}

// A copy that cannot be read is a finding, not the end of the checker.
backup_fact read_backup(const std::string& path, number promised)
{
    backup_fact one{fs::path(path).filename().string(), {}, 0, promised};
    history copy;
    try
    {
        read_database(path, copy);
        one.integrity = copy.integrity;
        one.newest = copy.watches.empty() ? 0 : copy.watches.back().watch;
    }
    catch (const std::exception& failed)
    {
        one.integrity = failed.what();
    }
    return one;
}

void read_backups(const fs::path& list, history& to)
{
    std::ifstream file(list);
    number promised = 0;
    for (std::string record, path; file >> record >> path >> promised;)
        to.backups.push_back(read_backup((list.parent_path() / path).string(), promised));
}

// A run of it may have been killed: its last line may be torn, and the next run repeats what its cursor file had not.
void read_followed(const fs::path& folder, history& to)
{
    reader_history reader;
    reader.name = folder.stem().string();
    reader.may_repeat = true;
    for (int run = 0; fs::exists(folder / std::to_string(run)); ++run)
    {
        reader.steps.push_back({reader_step::kind::start, {}, 0, 0, {}});
        const auto text = all_of((folder / std::to_string(run)).string());
        std::size_t from = 0;
        for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', from))
        {
            const auto line = std::string_view(text).substr(from, end - from);
            from = end + 1;
            if (line.starts_with("gap:"))
                reader.steps.push_back({reader_step::kind::gap, {}, 0, 0, std::string(line)});
            else if (line.starts_with("{"))
                reader.steps.push_back({reader_step::kind::event, read_event(line), 0, 0, {}});
        }
    }
    if (!reader.steps.empty())
        to.readers.push_back(std::move(reader));
}

} // namespace

std::string hash_of(std::string_view bytes)
{
    std::uint64_t mixed = 0xcbf29ce484222325U;
    for (const char byte : bytes)
        mixed = (mixed ^ static_cast<unsigned char>(byte)) * 0x100000001b3U;
    std::array<char, 17> text{};
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(mixed));
    return text.data();
}

event_fact read_event(std::string_view line)
{
    const auto parsed = json::parse(json::string_view(line.data(), line.size()));
    const auto& fields = parsed.as_object();
    event_fact one;
    one.seq = json::value_to<number>(fields.at("seq"));
    one.type = std::string(fields.at("event").as_string());
    if (const auto* watch = fields.if_contains("watch"))
        one.watch = json::value_to<number>(*watch);
    if (const auto* outcome = fields.if_contains("outcome"))
        one.outcome = std::string(outcome->as_string());
    one.hash = hash_of(line);
    return one;
}

void read_database(const std::string& path, history& to)
{
    // A first life may have ended before it made one; then nothing may have been acknowledged.
    if (!to.settled && !fs::exists(path))
    {
        to.integrity = "ok";
        return;
    }
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
    const std::unique_ptr<sqlite3, int (*)(sqlite3*)> database(opened, sqlite3_close);
    if (code != SQLITE_OK)
        throw std::runtime_error("cannot open " + path);
    each_row(
        opened, "PRAGMA integrity_check", [&](sqlite3_stmt* row) { to.integrity += column_text(row, 0); });
    number tables = 0;
    each_row(
        opened, "SELECT count(*) FROM sqlite_schema",
        [&](sqlite3_stmt* row) { tables = column_number(row, 0); });
    if (!to.settled && tables == 0)
        return;
    each_row(
        opened, "SELECT value FROM meta WHERE key = 'log'",
        [&](sqlite3_stmt* row) { to.log = column_text(row, 0); });
    each_row(
        opened, "SELECT number, job, outcome FROM watches ORDER BY number",
        [&](sqlite3_stmt* row) {
            to.watches.push_back({column_number(row, 0), column_text(row, 1), column_text(row, 2)});
        });
    each_row(
        opened, "SELECT seq, type, watch, outcome, text FROM events ORDER BY seq",
        [&](sqlite3_stmt* row)
        {
            to.events.push_back(
                {column_number(row, 0), column_text(row, 1), column_number(row, 2), column_text(row, 3),
                 hash_of(without_newline(column_text(row, 4)))});
        });
}

void read_event_files(const std::string& logs_folder, history& to)
{
    for (const auto& path : archives_in(logs_folder))
        read_lines(path, false, to);
    const auto newest = logs_folder + "/events.jsonl";
    if (fs::exists(newest))
        read_lines(newest, true, to);
}

history read_history(const std::string& folder)
{
    history run;
    run.settled = !fs::exists(folder + "/unsettled");
    run.pruned = fs::exists(folder + "/pruned");
    read_database(folder + "/state/state.db", run);
    read_event_files(folder + "/logs", run);
    read_fates(folder + "/fates.txt", run);
    for (const auto& entry : fs::directory_iterator(folder + "/trace"))
    {
        if (entry.path().extension() == ".trace")
            read_trace(entry.path(), run);
        else if (entry.path().extension() == ".backups")
            read_backups(entry.path(), run);
        else if (entry.path().extension() == ".follow")
            read_followed(entry.path(), run);
    }
    return run;
}

} // namespace jobwatch::crash
