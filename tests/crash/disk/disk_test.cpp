// The shim and the model of the disk: what was synced never goes, what was not may go, and nothing else ever comes.
#include "disk/disk_model.hpp"
#include "shim/kill_point.hpp"
#include "support/child_process.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>
#include <set>

using namespace jobwatch::crash;
using jobwatch::test::child_end;
using jobwatch::test::child_process;
using jobwatch::test::child_wish;
using jobwatch::test::file_text;
using jobwatch::test::random_source;
using jobwatch::test::temporary_directory;

namespace
{

constexpr int tries = 150; // cuts of one history: each look that the disk may have is seen

struct machine
{
    temporary_directory place;
    std::string folder = place.file("data");
    disk_model disk{{folder}};

    machine() { std::filesystem::create_directory(folder); }

    // The calls of one process, under the shim; the model learns of them.
    child_end run(const std::vector<std::string>& calls, const std::string& kill = {})
    {
        const auto journal = place.file("journal");
        std::filesystem::remove(journal);
        std::filesystem::remove(place.file("output"));
        std::vector<std::string> command{SHIM_EXERCISE, folder};
        command.insert(command.end(), calls.begin(), calls.end());
        std::map<std::string, std::string> around{
            {"LD_PRELOAD", CRASH_SHIM}, {folders_variable, disk.shim_folders()}, {journal_variable, journal}};
        if (!kill.empty())
            around[kill_variable] = kill;
        child_process child(child_wish{command, place.file("output"), around});
        const auto ended = child.wait();
        REQUIRE(ended);
        disk.take(journal);
        return *ended;
    }

    std::string file(const std::string& name) const { return file_text(folder + '/' + name); }
    bool there_is(const std::string& name) const { return std::filesystem::exists(folder + '/' + name); }
};

using calls = std::vector<std::string>;

// All the texts that a file has after cuts with many seeds; "(none)" when it is not there.
std::set<std::string> looks(const calls& made, const std::string& name)
{
    std::set<std::string> seen;
    for (int seed = 0; seed < tries; ++seed)
    {
        machine one;
        CHECK(one.run(made).exit_code == 0);
        random_source chance(static_cast<std::uint64_t>(seed));
        one.disk.cut(chance);
        seen.insert(one.there_is(name) ? one.file(name) : "(none)");
    }
    return seen;
}

using texts = std::set<std::string>;

} // namespace

TEST_CASE("what is synced, with its name, survives every power cut")
{
    CHECK((looks({"write,a,hello", "sync,a", "folder"}, "a") == texts{"hello"}));
    CHECK((looks({"append,a,hel", "append,a,lo", "sync,a", "folder"}, "a") == texts{"hello"}));
}

TEST_CASE("what is not synced may go, may stay, and may leave its length behind")
{
    const auto seen = looks({"make,a", "folder", "write,a,hello"}, "a");
    CHECK(seen.contains(""));
    CHECK(seen.contains("hello"));
    CHECK(seen.contains(std::string(5, '\0')));
    CHECK(seen.size() == 3);
}

TEST_CASE("of what is written over, old and new may both come back, by sectors")
{
    const std::string old_text(1'024, 'o');
    const std::string new_text(1'024, 'n');
    const auto seen = looks({"write,a," + old_text, "sync,a", "folder", "at,a,0," + new_text}, "a");
    CHECK(seen.contains(old_text));
    CHECK(seen.contains(new_text));
    CHECK(seen.contains(old_text.substr(512) + new_text.substr(512)));
    CHECK(seen.contains(new_text.substr(512) + old_text.substr(512)));
    CHECK(seen.size() == 4);
}

TEST_CASE("a later write may stay where an earlier one went: zeros between")
{
    const std::string first(512, '1');
    const std::string second(512, '2');
    const auto seen = looks({"make,a", "folder", "write,a," + first, "write,a," + second}, "a");
    CHECK(seen.contains(std::string(512, '\0') + second));
    CHECK(seen.contains(first));
    CHECK(seen.contains(first + second));
}

TEST_CASE("a name that nobody synced may be gone, though the file's bytes are synced")
{
    const auto seen = looks({"write,a,hello", "sync,a"}, "a");
    CHECK((seen == texts{"(none)", "hello"}));
}

TEST_CASE("a rename that nobody synced may be undone, a synced one never is")
{
    const calls before{"write,a,hello", "sync,a", "folder", "rename,a,b"};
    CHECK((looks(before, "b") == texts{"(none)", "hello"}));
    CHECK((looks(before, "a") == texts{"(none)", "hello"}));
    auto synced = before;
    synced.emplace_back("folder");
    CHECK((looks(synced, "b") == texts{"hello"}));
    CHECK((looks(synced, "a") == texts{"(none)"}));
}

TEST_CASE("a removed file may come back until the folder is synced")
{
    const calls before{"write,a,hello", "sync,a", "folder", "remove,a"};
    CHECK((looks(before, "a") == texts{"(none)", "hello"}));
    auto synced = before;
    synced.emplace_back("folder");
    CHECK((looks(synced, "a") == texts{"(none)"}));
}

TEST_CASE("changes of a folder reach the disk in their order")
{
    const calls made{"write,a,1", "sync,a", "folder", "rename,a,b", "write,a,2", "sync,a"};
    std::set<std::pair<std::string, std::string>> seen;
    for (int seed = 0; seed < tries; ++seed)
    {
        machine one;
        one.run(made);
        random_source chance(static_cast<std::uint64_t>(seed));
        one.disk.cut(chance);
        seen.insert({one.file("a"), one.file("b")});
    }
    CHECK((seen == std::set<std::pair<std::string, std::string>>{{"1", ""}, {"", "1"}, {"2", "1"}}));
}

TEST_CASE("a file that was made shorter may have its old end again until it is synced")
{
    const calls before{"write,a,hello", "sync,a", "folder", "cut,a,2"};
    CHECK((looks(before, "a") == texts{"he", "hello"}));
    auto synced = before;
    synced.emplace_back("sync,a");
    CHECK((looks(synced, "a") == texts{"he"}));
}

TEST_CASE(
    "what a killed process left unsynced stays unsynced in the next one's time, until somebody syncs it")
{
    std::set<std::string> seen;
    for (int seed = 0; seed < tries; ++seed)
    {
        machine one;
        one.run({"make,a", "folder", "write,a,hello"});
        one.run({"make,b"});
        CHECK(one.file("a") == "hello");
        random_source chance(static_cast<std::uint64_t>(seed));
        one.disk.cut(chance);
        seen.insert(one.file("a"));
        one.run({"append,a,!", "sync,a"}); // after a cut the disk is what it is
        const auto now = one.file("a");
        one.disk.cut(chance);
        CHECK(one.file("a") == now);
    }
    CHECK(seen.size() == 3);
}

TEST_CASE("a call that fails changes nothing")
{
    machine one;
    one.run({"write,a,hello", "sync,a", "folder", "rename,none,b", "remove,none", "cut,a,-1"});
    random_source chance(1);
    one.disk.cut(chance);
    CHECK(one.file("a") == "hello");
    CHECK_FALSE(one.there_is("b"));
}

TEST_CASE("the shim kills before, in the middle of, and after the n-th call of a class")
{
    const calls made{"write,a,one", "write,a,two.", "sync,a", "rename,a,b", "cut,b,1", "remove,b"};
    struct expectation
    {
        const char* point;
        const char* name;
        const char* text;
    };
    for (const auto& wanted : std::initializer_list<expectation>{
             {"create:1:before", "a", ""},
             {"create:1:after", "a", ""},
             {"write:1:before", "a", ""},
             {"write:2:before", "a", "one"},
             {"write:2:half", "a", "onetw"},
             {"write:2:after", "a", "onetwo."},
             {"sync:1:before", "a", "onetwo."},
             {"rename:1:before", "a", "onetwo."},
             {"rename:1:after", "b", "onetwo."},
             {"truncate:1:before", "b", "onetwo."},
             {"truncate:1:after", "b", "o"},
             {"unlink:1:before", "b", "o"}})
    {
        machine one;
        CAPTURE(wanted.point);
        CHECK(one.run(made, wanted.point).signal == SIGKILL);
        CHECK(one.file(wanted.name) == wanted.text);
    }
    machine one;
    CHECK(one.run(made, "unlink:1:after").signal == SIGKILL);
    CHECK_FALSE(one.there_is("b"));
    CHECK(one.run(made, "write:3:before").exit_code == 0); // there is no third
    CHECK(one.run(made, "write:1:before:0").signal == SIGKILL);
    CHECK(one.run(made, "write:1:before:1").exit_code == 0); // there is no second folder
}

TEST_CASE("half of a write that was cut by a kill is what the model has, too")
{
    for (int seed = 0; seed < tries; ++seed)
    {
        machine one;
        one.run({"write,a,hello", "sync,a", "folder", "append,a,world!"}, "write:2:half");
        CHECK(one.file("a") == "hellowor");
        CHECK(one.run({"append,a,more", "sync,a"}).exit_code == 0);
        random_source chance(static_cast<std::uint64_t>(seed));
        one.disk.cut(chance);
        CHECK(one.file("a") == "hellowormore");
    }
}

TEST_CASE("threads that write and sync at once lose nothing of what they synced")
{
    machine one;
    CHECK(one.run({"many,t", "folder"}).exit_code == 0);
    random_source chance(3);
    const auto report = one.disk.cut(chance);
    CHECK(report.bytes == 0);
    for (const auto* name : {"t0", "t1", "t2", "t3"})
        CHECK(one.file(name).size() == 200 * 11);
}

TEST_CASE("a kill point is read as it is written")
{
    kill_point point;
    CHECK(read_kill_point("sync:17:after", point));
    CHECK(point.what == call_class::sync);
    CHECK(point.ordinal == 17);
    CHECK(point.when == moment::after);
    CHECK(point.folder == any_folder);
    CHECK(read_kill_point("write:2:half:1", point));
    CHECK(point.folder == 1);
    CHECK_FALSE(read_kill_point("sync:17", point));
    CHECK_FALSE(read_kill_point("read:17:after", point));
    CHECK_FALSE(read_kill_point("sync:17:later", point));
}
