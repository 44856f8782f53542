#include "core/verdict.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;

namespace
{

enum class aborting : bool
{
    no,
    yes,
};

verdict judged(std::string_view status, aborting abort = aborting::no, done_part done = done_part::unknown)
{
    reading given;
    given.status = status;
    given.abort = abort == aborting::yes;
    given.done = done;
    return judge(given, built_in_kinds().front());
}

} // namespace

TEST_CASE("a failure word is failed, whatever was done and aborted")
{
    for (const auto* const word : {"failed", "error", " Error ", "FAILED"})
    {
        CHECK(judged(word) == verdict::failed);
        CHECK(judged(word, aborting::yes) == verdict::failed);
        CHECK(judged(word, aborting::no, done_part::all) == verdict::failed);
    }
}

TEST_CASE("a cancel word is cancelled")
{
    for (const auto* const word : {"cancelled", "canceled", "aborted", "Canceled"})
    {
        CHECK(judged(word) == verdict::cancelled);
        CHECK(judged(word, aborting::no, done_part::all) == verdict::cancelled);
    }
}

TEST_CASE("a success word with abort is cancelled unless all is known to be done")
{
    CHECK(judged("completed", aborting::yes, done_part::unknown) == verdict::cancelled);
    CHECK(judged("completed", aborting::yes, done_part::some) == verdict::cancelled);
    CHECK(judged("completed", aborting::yes, done_part::all) == verdict::succeeded);
}

TEST_CASE("a success word is partial only on positive evidence")
{
    CHECK(judged("completed", aborting::no, done_part::some) == verdict::partial);
    CHECK(judged("completed", aborting::no, done_part::unknown) == verdict::succeeded);
    CHECK(judged("Success", aborting::no, done_part::all) == verdict::succeeded);
}

TEST_CASE("a pending word is not finished, even when everything is done or aborted")
{
    for (const auto* const word :
         {"in_progress", "in progress", "In-Progress", "pending", "queued", "running", "scheduled",
          "started"})
    {
        CHECK(judged(word) == verdict::pending);
        CHECK(judged(word, aborting::yes, done_part::all) == verdict::pending);
    }
}

TEST_CASE("another word is unrecognised, and no word is wordless: neither is an end")
{
    for (const auto* const word : {"partially_completed", "completed!", "done", "complete", "\xff"})
        CHECK(judged(word, aborting::yes, done_part::all) == verdict::unrecognised);
    CHECK(judged("", aborting::yes, done_part::all) == verdict::wordless);
    CHECK(judged(" \t") == verdict::wordless);
}

TEST_CASE("a word on several of a kind's lists has the first meaning of the table")
{
    kind family;
    family.pending = {"w", "x", "y", "z"};
    family.succeeded = {"w", "x", "y"};
    family.cancelled = {"w", "x"};
    family.failed = {"w"};
    CHECK(judge_word("w", family) == verdict::failed);
    CHECK(judge_word("x", family) == verdict::cancelled);
    CHECK(judge_word("y", family) == verdict::succeeded);
    CHECK(judge_word("z", family) == verdict::pending);
}

TEST_CASE("a kind without words knows none")
{
    CHECK(judge_word("completed", kind{}) == verdict::unrecognised);
    CHECK(judge_word("", kind{}) == verdict::wordless);
}
