#include "wire/detail_sentence.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;

namespace
{

bool says(std::string_view sentence)
{
    return says_failure({.type = json_type::string, .text = sentence}, {"failed", "error", "not_found"});
}

} // namespace

TEST_CASE("a failure word says failure, alone or within a sentence")
{
    for (const auto* failure :
         {"failed", "  FAILED ", "Error", "Error: no permission", "failed to read the ring",
          "Synchronization failed", "Synchronization failed: permission denied", "Key (error) skipped",
          "No permission: error 403", "Done, but 2 failed.", "3 of 5 keys synchronized, 2 FAILED",
          "no key was read; failed", "\"failed\"", "Not found", "not-found"})
        CHECK_MESSAGE(says(failure), failure);
}

TEST_CASE("a failure word that is denied, or a part of another word, tells nothing")
{
    for (const auto* nothing :
         {"", " ", "Success", "synchronized successfully", "in_progress", "no version failed", "0 failed",
          "5 done, 0 failed", "completed without error", "failed: 0", "Failed: none, done: 5", "zero failed",
          "failedover", "errors", "the ring error-ring was read",
          "projects/p/keyRings/failed was synchronized", "...", "nothing was found"})
        CHECK_MESSAGE(!says(nothing), nothing);
}

TEST_CASE("a sentence that was cut says what its whole words say")
{
    const auto cut = [](std::string_view text)
    { return says_failure({.type = json_type::string, .text = text, .text_cut = true}, {"failed"}); };
    CHECK_FALSE(cut("failed"));
    CHECK_FALSE(cut("synchronization failed"));
    CHECK(cut("synchronization failed on"));
    CHECK_FALSE(cut(" "));
}

TEST_CASE("what is no string says nothing, and a kind without failure words hears nothing")
{
    CHECK_FALSE(says_failure({.type = json_type::null}, {"failed", ""}));
    CHECK_FALSE(says_failure({.type = json_type::array, .text = "failed"}, {"failed"}));
    CHECK_FALSE(says_failure({.type = json_type::string, .text = "failed"}, {}));
}
