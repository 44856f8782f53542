#include "disk/disk_model.hpp"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace jobwatch::crash
{

namespace
{

namespace fs = std::filesystem;

std::string bytes_of(const std::string& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void apply_to(std::map<std::string, std::shared_ptr<stored_file>>& names, const folder_change& change)
{
    names.erase(change.gone);
    if (!change.named.empty())
        names[change.named] = change.file;
}

// SQLite's shared memory: a cache that the first one to open the database makes anew.
bool is_cache(const std::string& name)
{
    return name.ends_with("-shm");
}

// Not ours to judge: the log for people, which promises nothing.
bool is_foreign(const std::string& name)
{
    return name.starts_with("jobwatchd.log");
}

} // namespace

disk_model::disk_model(std::vector<std::string> folders)
{
    for (auto& path : folders)
        folders_.push_back({std::move(path), {}, {}, {}});
}

std::string disk_model::shim_folders() const
{
    std::string all;
    for (const auto& one : folders_)
        all += (all.empty() ? "" : ":") + one.path;
    return all;
}

// A record that is cut short belongs to a call that was never made.
std::vector<disk_model::record> disk_model::read(const std::string& journal)
{
    const auto bytes = bytes_of(journal);
    std::vector<record> records;
    for (std::size_t at = 0; at + sizeof(record_head) <= bytes.size();)
    {
        record one;
        std::memcpy(&one.head, bytes.data() + at, sizeof(one.head));
        if (one.head.size < sizeof(record_head))
            throw std::runtime_error("the shim's journal is broken");
        if (at + one.head.size > bytes.size())
            break;
        one.text = bytes.substr(at + sizeof(one.head), one.head.size - sizeof(one.head));
        at += one.head.size;
        records.push_back(std::move(one));
    }
    return records;
}

void disk_model::take(const std::string& journal)
{
    open_.clear();
    auto records = read(journal);
    for (std::size_t at = 0; at < records.size(); ++at)
    {
        if (records[at].head.what == call::amend)
            continue;
        if (at + 1 == records.size() && !look_at_last(records[at]))
            break;
        if (at + 1 < records.size() && records[at + 1].head.what == call::amend)
        {
            const auto done = records[at + 1].head.offset;
            if (done < 0)
                continue;
            records[at].text.resize(static_cast<std::size_t>(done));
        }
        apply(records[at]);
    }
}

// Was the last call made, and how much of it? The file system, as the kernel has it, knows.
bool disk_model::look_at_last(record& one) const
{
    const auto& folder_path = folders_.at(one.head.folder).path + '/';
    switch (one.head.what)
    {
    case call::open:
        return fs::exists(folder_path + one.text);
    case call::unlink:
        return !fs::exists(folder_path + one.text);
    case call::rename:
        return !fs::exists(folder_path + one.text.substr(0, one.text.find('\0')));
    case call::truncate:
    {
        const auto path = path_of(one.head.file);
        return path.empty() || fs::file_size(path) == static_cast<std::uint64_t>(one.head.offset);
    }
    case call::write:
    {
        const auto path = path_of(one.head.file);
        if (path.empty())
            return true; // without a name nobody will ever look at it
        std::ifstream file(path, std::ios::binary);
        file.seekg(one.head.offset);
        file.read(one.text.data(), static_cast<std::streamsize>(one.text.size()));
        one.text.resize(static_cast<std::size_t>(file.gcount()));
        return !one.text.empty();
    }
    default:
        return true;
    }
}

std::string disk_model::path_of(std::uint64_t file) const
{
    const auto wanted = open_.find(file);
    for (const auto& one : folders_)
        for (const auto& [name, stored] : one.now)
            if (wanted != open_.end() && stored == wanted->second)
                return one.path + '/' + name;
    return {};
}

void disk_model::apply(const record& one)
{
    auto& where = folders_.at(one.head.folder);
    switch (one.head.what)
    {
    case call::open:
        return apply_open(one);
    case call::rename:
    {
        const auto end = one.text.find('\0');
        const auto old_name = one.text.substr(0, end);
        return change(where, {old_name, one.text.substr(end + 1), where.now.at(old_name)});
    }
    case call::unlink:
        return is_foreign(one.text) ? void() : change(where, {one.text, {}, nullptr});
    case call::write:
        return open_.at(one.head.file)
            ->pending.push_back({false, static_cast<std::uint64_t>(one.head.offset), one.text});
    case call::truncate:
        return open_.at(one.head.file)
            ->pending.push_back({true, static_cast<std::uint64_t>(one.head.offset), {}});
    case call::sync:
    {
        auto& file = *open_.at(one.head.file);
        for (const auto& each : file.pending)
            apply_change(file.synced, each);
        return file.pending.clear();
    }
    case call::sync_folder:
        where.synced = where.now;
        return where.pending.clear();
    case call::amend:
        return;
    }
}

void disk_model::apply_open(const record& one)
{
    auto& where = folders_.at(one.head.folder);
    if (is_foreign(one.text))
    {
        open_[one.head.file] = std::make_shared<stored_file>(); // without a name: nobody asks for it
        return;
    }
    if (one.head.created != 0)
        change(where, {{}, one.text, std::make_shared<stored_file>()});
    const auto named = where.now.find(one.text);
    if (named == where.now.end())
        throw std::runtime_error(
            where.path + '/' + one.text + " was opened, and is there, but nobody made it");
    open_[one.head.file] = named->second;
}

void disk_model::change(folder& where, folder_change made)
{
    apply_to(where.now, made);
    where.pending.push_back(std::move(made));
}

cut_report disk_model::cut(test::random_source& chance)
{
    cut_report report;
    for (auto& one : folders_)
        cut_folder(one, chance, report);
    return report;
}

// The changes of a folder reach the disk in their order, as in a journalling file system: some of the first are there.
void disk_model::cut_folder(folder& where, test::random_source& chance, cut_report& report)
{
    const auto count = where.pending.size();
    const auto kept = chance.one_in(3) ? count : static_cast<std::size_t>(chance.below(count + 1));
    report.folder_changes += count;
    report.folder_changes_lost += count - kept;
    for (std::size_t at = 0; at < kept; ++at)
        apply_to(where.synced, where.pending[at]);
    where.pending.clear();
    const std::vector<fs::directory_entry> entries(fs::directory_iterator(where.path), {});
    for (const auto& entry : entries)
    {
        const auto name = entry.path().filename().string();
        if (!where.synced.contains(name) && !is_foreign(name))
            fs::remove(entry.path());
    }
    for (auto& [name, file] : where.synced)
    {
        const auto path = where.path + '/' + name;
        const auto before = where.now.find(name);
        const bool as_it_was = before != where.now.end() && before->second == file && file->pending.empty();
        if (is_cache(name))
        {
            if (chance.one_in(2))
                std::ofstream(path, std::ios::binary | std::ios::trunc)
                    << std::string(static_cast<std::size_t>(chance.below(40'000)), '\xa5');
            continue;
        }
        if (as_it_was)
            continue;
        file->synced = torn(*file, chance, report);
        file->pending.clear();
        std::ofstream(path, std::ios::binary | std::ios::trunc) << file->synced;
    }
    where.now = where.synced;
}

} // namespace jobwatch::crash
