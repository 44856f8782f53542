#include "io/state/event_archive.hpp"

#include "io/state/events_appender.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <map>
#include <set>

namespace jobwatch
{

namespace
{

constexpr std::string_view prefix = "events-";
constexpr std::string_view plain_ending = ".jsonl";
constexpr std::string_view gzip_ending = ".jsonl.gz";
constexpr std::string_view unfinished_ending = ".jsonl.gz.tmp";

// "events-..." without ending, of what is ours; sorted as the events in them.
std::string stem_of(const std::string& name)
{
    if (!name.starts_with(prefix))
        return {};
    for (const auto ending : {plain_ending, gzip_ending})
        if (name.ends_with(ending))
            return name.substr(0, name.size() - ending.size());
    return {};
}

result<std::vector<std::string>> names_in(const std::string& folder)
{
    std::error_code failed;
    std::vector<std::string> names;
    std::filesystem::directory_iterator entry(folder, failed);
    for (const std::filesystem::directory_iterator end; !failed && entry != end; entry.increment(failed))
        names.push_back(entry->path().filename().string());
    if (failed)
        return error_code(failed);
    std::sort(names.begin(), names.end());
    return names;
}

error_code remove_file(const std::string& path)
{
    std::error_code failed;
    std::filesystem::remove(path, failed);
    return failed;
}

bool there_is(const std::string& path)
{
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
}

// A name that is free; another than the first only if somebody's numbering went back.
std::string free_stem(const std::string& folder, event_seq last)
{
    const auto wanted = fmt::format("{}/{}{:020}", folder, prefix, last);
    auto stem = wanted;
    for (int again = 2; there_is(stem + ".jsonl") || there_is(stem + ".jsonl.gz"); ++again)
        stem = fmt::format("{}-{}", wanted, again);
    return stem;
}

} // namespace

result<std::vector<archived_events>> find_archived_events(const std::string& folder)
{
    const auto names = names_in(folder);
    if (!names)
        return names.error();
    std::map<std::string, std::string> by_stem; // of two, the plain one: they hold the same
    for (const auto& name : *names)
        if (const auto stem = stem_of(name); !stem.empty() && !by_stem.contains(stem))
            by_stem[stem] = folder + "/" + name;
    std::vector<archived_events> found;
    for (const auto& [stem, path] : by_stem)
    {
        event_seq last = 0;
        const auto* const end = stem.data() + stem.size();
        const auto parsed = std::from_chars(stem.data() + prefix.size(), end, last);
        if (parsed.ec == std::errc{})
            found.push_back({path, last});
    }
    return found;
}

error_code event_archive::tidy()
{
    const auto names = names_in(folder_);
    if (!names)
        return names.error();
    plain_.clear();
    for (const auto& name : *names)
    {
        const auto path = folder_ + "/" + name;
        const bool unfinished = name.starts_with(prefix) && name.ends_with(unfinished_ending);
        const bool plain = !stem_of(name).empty() && name.ends_with(plain_ending);
        const bool zipped = plain && there_is(path + ".gz"); // which is whole, or it would not have that name
        if (plain && !zipped)
            plain_.push_back(path);
        if (!unfinished && !zipped)
            continue;
        if (const auto ec = remove_file(path))
            return ec;
    }
    return prune();
}

error_code event_archive::take(const std::string& path, event_seq last)
{
    const auto target = free_stem(folder_, last) + std::string(plain_ending);
    if (rename(path.c_str(), target.c_str()) != 0)
        return {errno, boost::system::system_category()};
    plain_.push_back(target);
    const auto ec = sync_folder(folder_);
    return ec ? ec : prune();
}

error_code event_archive::work()
{
    if (!under_way_)
        under_way_ = std::make_unique<archive_compression>(folder_, plain_.front());
    const auto done = under_way_->step();
    if (done && *done == archive_compression::progress::more)
        return {};
    under_way_.reset();
    plain_.erase(plain_.begin()); // after a failure it stays as it is; the next start tries again
    return done ? error_code() : done.error();
}

error_code event_archive::prune()
{
    const auto names = names_in(folder_);
    if (!names)
        return names.error();
    std::set<std::string> kept;
    for (auto name = names->rbegin(); name != names->rend(); ++name)
    {
        const auto stem = stem_of(*name);
        if (stem.empty() || kept.contains(stem))
            continue;
        if (kept.size() < keep_)
        {
            kept.insert(stem);
            continue;
        }
        const auto path = folder_ + "/" + *name;
        if (under_way_ != nullptr && !plain_.empty() && plain_.front() == path)
            under_way_.reset();
        std::erase(plain_, path);
        if (const auto ec = remove_file(path))
            return ec;
    }
    return {};
}

} // namespace jobwatch
