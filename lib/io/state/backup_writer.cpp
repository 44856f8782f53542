#include "io/state/backup_writer.hpp"

#include "io/state/file_descriptor.hpp"
#include "io/state/sqlite_statement.hpp"
#include "io/state/state_database.hpp"
#include "io/state/state_failure.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <filesystem>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>

namespace jobwatch
{

namespace
{

constexpr int background_niceness = 10;
constexpr int pages_per_step = 256; // 1 MiB; between two steps a stop is heeded

// Nothing else is to appear beside the file, and it is synced when it is whole.
constexpr const char* target_settings = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;";

bool is_same(const struct stat& one, const struct stat& other)
{
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

// The folder of a new file, held open: what happens to its path meanwhile does not matter.
class target_folder
{
public:
    static explained<target_folder> open(const std::string& file, const std::vector<std::string>& closed)
    {
        const std::filesystem::path path(file);
        target_folder folder(path.parent_path().string(), path.filename().string());
        if (folder.name_ == "." || folder.name_ == "..")
            return file_failure(EINVAL, file, "make the copy");
        folder.held_ = file_descriptor(::open(folder.path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!folder.held_.is_open())
            return file_failure(errno, folder.path_, "open the directory");
        struct stat ours
        {
        };
        if (fstat(folder.held_.number(), &ours) != 0)
            return file_failure(errno, folder.path_, "look at");
        for (const auto& one : closed)
        {
            struct stat other
            {
            };
            if (stat(one.c_str(), &other) == 0 && is_same(ours, other))
                return failure{
                    error_code(EPERM, boost::system::system_category()),
                    fmt::format(
                        "{} is not made: {} is the daemon's own directory; choose another", file, one)};
        }
        return folder;
    }

    int number() const { return held_.number(); }
    std::string unfinished_name() const { return name_ + ".unfinished"; }
    std::string unfinished_path() const { return path_ + "/" + unfinished_name(); }
    const std::string& name() const { return name_; }

private:
    target_folder(std::string path, std::string name) : path_(std::move(path)), name_(std::move(name)) {}

    std::string path_;
    std::string name_;
    file_descriptor held_;
};

// FILE.unfinished, which goes with it unless it got its name.
class unfinished_file
{
public:
    explicit unfinished_file(const target_folder& folder) :
        folder_(folder),
        file_(openat(
            folder.number(), folder.unfinished_name().c_str(),
            O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)),
        failed_(file_.is_open() ? 0 : errno)
    {
    }
    ~unfinished_file()
    {
        if (file_.is_open())
            unlinkat(folder_.number(), folder_.unfinished_name().c_str(), 0);
    }
    unfinished_file(const unfinished_file&) = delete;

    int failed() const { return failed_; }
    int number() const { return file_.number(); }

    // A copy is a plain database, to be read from wherever it lies; one in WAL mode wants files beside it. These two
    // bytes of the header (18: write, 19: read version) say which.
    bool finish() const
    {
        return pwrite(number(), "\1\1", 2, 18) == 2 && fsync(number()) == 0
            && linkat(
                   folder_.number(), folder_.unfinished_name().c_str(), folder_.number(),
                   folder_.name().c_str(), 0)
            == 0;
    }

private:
    const target_folder& folder_;
    file_descriptor file_;
    int failed_;
};

class page_copy
{
public:
    page_copy(sqlite_connection& to, sqlite_connection& from) :
        handle_(sqlite3_backup_init(to.handle(), "main", from.handle(), "main"))
    {
    }
    ~page_copy() { sqlite3_backup_finish(handle_); }
    page_copy(const page_copy&) = delete;

    int step() { return handle_ == nullptr ? SQLITE_NOMEM : sqlite3_backup_step(handle_, pages_per_step); }

private:
    sqlite3_backup* handle_;
};

// Within one read transaction of `from`: so it is one moment's state, and other writers do not make it begin again.
error_code copy_pages(sqlite_connection& to, sqlite_connection& from, const std::atomic<bool>& stop)
{
    page_copy copy(to, from);
    while (true)
    {
        if (stop)
            return make_error_code(errc::stopping);
        const int code = copy.step();
        if (code == SQLITE_DONE)
            return {};
        if (code != SQLITE_OK)
            return sqlite_error(code);
    }
}

constexpr const char* what_is_copied =
    "SELECT (SELECT value FROM meta WHERE key = 'log'),"
    " max((SELECT value FROM meta WHERE key = 'last_seq'), ifnull((SELECT max(seq) FROM events), 0))";

// Begins the read transaction.
error_code look_at_source(sqlite_connection& from, backup_answer& to)
{
    if (const auto ec = from.run("BEGIN"))
        return ec;
    sqlite_statement statement(from, what_is_copied);
    auto asked = statement.with({});
    const auto row = asked.next();
    if (!row)
        return row.error();
    to.log = asked.text(0);
    to.head = static_cast<event_seq>(asked.integer(1));
    return {};
}

explained<void> copy_state(
    const std::string& state_directory, const std::string& target, const std::atomic<bool>& stop,
    backup_answer& told)
{
    auto from = open_state_reader(state_directory);
    if (!from)
        return from.error();
    auto to = sqlite_connection::open(target, sqlite_access::read_write);
    if (!to)
        return database_failure(to.error(), target, "write");
    if (const auto ec = to->run(target_settings))
        return database_failure(ec, target, "write");
    if (const auto ec = look_at_source(*from, told))
        return database_failure(ec, state_database_path(state_directory), "read");
    if (const auto ec = copy_pages(*to, *from, stop))
        return ec == errc::stopping ? failure{ec, ec.message()} : database_failure(ec, target, "write");
    return {};
}

} // namespace

backup_writer::backup_writer(
    boost::asio::any_io_executor executor, std::string state_directory, std::vector<std::string> closed) :
    executor_(std::move(executor)), state_directory_(std::move(state_directory)), closed_(std::move(closed))
{
}

backup_writer::~backup_writer()
{
    stopping_ = true;
    *alive_ = false;
    if (thread_.joinable())
        thread_.join();
}

boost::asio::awaitable<state_backup::outcome> backup_writer::write(std::string file)
{
    auto begin = [this, path = std::move(file)](completion<outcome> done) mutable
    { start(std::move(path), std::move(done)); };
    result<outcome> made = co_await await_completion<outcome>(std::move(begin));
    co_return std::move(*made);
}

void backup_writer::start(std::string file, completion<outcome> done)
{
    if (busy_)
    {
        outcome refused{
            {},
            {error_code(EBUSY, boost::system::system_category()),
             "another copy is being made: one at a time; ask again when it is done"}};
        boost::asio::post(
            executor_, [told = std::move(refused), to = std::move(done)]() mutable { to(std::move(told)); });
        return;
    }
    busy_ = true;
    if (thread_.joinable()) // the last one's, which has ended
        thread_.join();
    thread_ = std::thread(
        [this, path = std::move(file), to = std::move(done), alive = alive_]() mutable
        {
            setpriority(PRIO_PROCESS, 0, background_niceness); // of this thread alone, under Linux
            auto made = make(path);
            boost::asio::post(
                executor_,
                [this, alive, told = std::move(made), answer = std::move(to)]() mutable
                {
                    if (*alive)
                        busy_ = false;
                    answer(std::move(told));
                });
        });
}

state_backup::outcome backup_writer::make(const std::string& file) const
{
    auto made = try_to_make(file);
    if (!made)
        return {{}, made.error()};
    return {std::move(*made), {}};
}

explained<backup_answer> backup_writer::try_to_make(const std::string& file) const
{
    const auto folder = target_folder::open(file, closed_);
    if (!folder)
        return folder.error();
    struct stat status
    {
    };
    if (fstatat(folder->number(), folder->name().c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
        return file_failure(EEXIST, file, "make the copy");
    const unfinished_file target(*folder);
    if (target.failed() != 0)
        return file_failure(target.failed(), folder->unfinished_path(), "make the copy");
    backup_answer told{file, 0, {}, 0};
    const auto copied = copy_state(state_directory_, folder->unfinished_path(), stopping_, told);
    if (!copied)
        return copied.error();
    if (!target.finish())
        return file_failure(errno, file, "finish the copy");
    if (fstat(target.number(), &status) == 0)
        told.bytes = static_cast<std::uint64_t>(status.st_size);
    if (fsync(folder->number()) != 0)
        return file_failure(errno, file, "sync the directory of");
    return told;
}

} // namespace jobwatch
