#include "io/state/events_tail.hpp"
#include "state_fixture.hpp"

#include <fcntl.h>

using namespace jobwatch;

namespace
{

std::string line(event_seq seq)
{
    return "{\"seq\":" + std::to_string(seq) + ",\"event\":\"job.finished\"}\n";
}

events_tail tail_of(const std::string& text)
{
    const test::temporary_directory directory;
    const auto path = directory.file("events.jsonl");
    test::write_file(path, text);
    const file_descriptor file(open(path.c_str(), O_RDONLY));
    const auto found = find_events_tail(file.number());
    REQUIRE(found.has_value());
    CHECK(found->whole + found->torn == text.size());
    return *found;
}

} // namespace

TEST_CASE("an empty file has no last event, and nothing torn")
{
    const auto tail = tail_of("");
    CHECK(tail.last == 0);
    CHECK(tail.whole == 0);
    CHECK(tail.torn == 0);
}

TEST_CASE("a whole file ends with its last line's event")
{
    const auto tail = tail_of(line(1) + line(2) + line(3));
    CHECK(tail.last == 3);
    CHECK(tail.torn == 0);
}

TEST_CASE("a last line torn at any length counts as not written")
{
    const auto whole = line(1) + line(2);
    const auto last = line(3);
    for (std::size_t length = 0; length < last.size(); ++length)
    {
        CAPTURE(length);
        const auto tail = tail_of(whole + last.substr(0, length));
        CHECK(tail.last == 2);
        CHECK(tail.whole == whole.size());
        CHECK(tail.torn == length);
    }
}

TEST_CASE("a file of one torn line is empty")
{
    const auto tail = tail_of("{\"seq\":1,\"ev");
    CHECK(tail.last == 0);
    CHECK(tail.whole == 0);
}

TEST_CASE("zeros at the end, as after a power cut, are torn off")
{
    CHECK(tail_of(line(1) + std::string(5'000, '\0')).whole == line(1).size());
    CHECK(tail_of(std::string(5'000, '\0')).whole == 0);
    const auto tail = tail_of(line(1) + line(2) + "{\"seq\":3" + std::string(9, '\0'));
    CHECK(tail.last == 2);
}

TEST_CASE("a page of zeros between lines voids all that follows: it was never synced")
{
    const auto tail = tail_of(line(1) + "{\"seq\":2," + std::string(4'096, '\0') + "}\n" + line(3) + line(4));
    CHECK(tail.last == 1);
    CHECK(tail.whole == line(1).size());
}

TEST_CASE("zeros further back than one append can reach are not our doing and cost nothing")
{
    std::string text = line(1) + std::string(1, '\0') + "\n";
    event_seq seq = 1;
    while (text.size() < largest_unsynced + 100)
        text += line(++seq);
    CHECK(tail_of(text).last == seq);
    CHECK(tail_of(text).torn == 0);
}

TEST_CASE("foreign lines stay, and the event before them counts")
{
    const auto foreign =
        std::string("somebody wrote here\n\n{\"seq\":x}\n{\"seq\":5\n{\"seq\":99999999999999999999}\n");
    const auto tail = tail_of(line(7) + foreign);
    CHECK(tail.last == 7);
    CHECK(tail.torn == 0);
    CHECK(tail_of(foreign).last == 0);
}

TEST_CASE("lines longer than the blocks we read are found whole")
{
    const auto longest = "{\"seq\":8,\"document\":\"" + std::string(300'000, 'd') + "\"}\n";
    CHECK(tail_of(line(7) + longest).last == 8);
    const auto torn = longest.substr(0, longest.size() - 1);
    CHECK(tail_of(line(7) + torn).last == 7);
    CHECK(tail_of(line(7) + torn).torn == torn.size());
}

TEST_CASE("a line that starts exactly where a block starts is found")
{
    for (const std::size_t size : {65'535u, 65'536u, 65'537u})
    {
        const auto padding =
            line(1).substr(0, line(1).size() - 2) + std::string(size - line(1).size(), ' ') + "}\n";
        CAPTURE(size);
        CHECK(tail_of(padding + line(2)).last == 2);
        CHECK(tail_of(line(9) + padding).last == 1);
    }
}
