#include "core/kind.hpp"
#include "core/kind_rules.hpp"
#include "core/reading.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;

TEST_CASE("every built-in kind keeps the rules for configured ones")
{
    for (const kind& each : built_in_kinds())
    {
        CAPTURE(each.name);
        CHECK(wrong_with_kind_name(each.name).empty());
        CHECK(wrong_with_kind_path(each.path).empty());
        CHECK(wrong_with_status_pointer(each.status_pointer).empty());
        for (const auto* const list : {&each.pending, &each.succeeded, &each.failed, &each.cancelled})
            for (const auto& word : *list)
                CHECK(wrong_with_status_word(word).empty());
    }
}

TEST_CASE("a kind's name is a vendor and a name")
{
    for (const auto* good : {"a/b", "acme-2/key-rotation", "-/-", "0/1"})
        CHECK_MESSAGE(wrong_with_kind_name(good).empty(), good);
    for (const auto* bad :
         {"", "/", "a", "a/", "/b", "a/b/c", "A/b", "a/B", "a_b/c", "a b/c", "a/b ", "a.b/c", "a/\xc3\xa4"})
        CHECK_MESSAGE(wrong_with_kind_name(bad) == "a kind's name is VENDOR/NAME, both of a-z 0-9 -", bad);
    const std::string vendor(max_kind_name - 2, 'a');
    CHECK(wrong_with_kind_name(vendor + "/b").empty());
    CHECK(wrong_with_kind_name(vendor + "/bc") == "it has more than 64 bytes");
}

TEST_CASE("a path has one {id}, and nothing that needs encoding")
{
    for (const auto* good :
         {"/api/v1/x/{id}", "/{id}", "/api/v1/keys/{id}/rotate-material/status", "/api/v1/x/{id}/",
          "/api/A~1_2.3/{id}", "/api/v1/a:b@c,(d);e=f/{id}", "/v10/{id}"})
        CHECK_MESSAGE(wrong_with_kind_path(good).empty(), good << ": " << wrong_with_kind_path(good));

    const std::pair<const char*, const char*> bad[]{
        {"", "begin with /"},
        {"api/v1/{id}", "begin with /"},
        {"https://cm1/api/v1/{id}", "begin with /"},
        {"/v1/x/{id}", "begin with /api/v1/"},
        {"/", "no {id}"},
        {"/api/v1/x", "no {id}"},
        {"/api/v1/x/{ID}", "encoded"},
        {"/api/v1/{id}/x/{id}", "more than one {id}"},
        {"/api/v1/x-{id}", "whole part"},
        {"/api/v1/{id}.json", "whole part"},
        {"/api/v1/{id}{id}", "whole part"},
        {"/api/v1/x?id={id}", "whole part"},
        {"/api/v1/{id}/x?full=true", "query"},
        {"/api/v1/{id}/x#top", "query"},
        {"/api//v1/{id}", "two /"},
        {"//api/v1/{id}", "two /"},
        {"/api/v1/../{id}", "\"..\""},
        {"/api/./{id}", "\".\""},
        {"/api/v 1/{id}", "encoded"},
        {"/api/v1/%7B/{id}", "encoded"},
        {"/api/v1\r\nX: y/{id}", "encoded"},
        {"/api/\xc3\xa4/{id}", "encoded"},
    };
    for (const auto& one : bad)
    {
        const std::string path = one.first;
        CAPTURE(path);
        CAPTURE(wrong_with_kind_path(path));
        CHECK(wrong_with_kind_path(path).find(one.second) != std::string::npos);
    }
    const std::string most = "/" + std::string(max_kind_path - 6, 'x') + "/{id}";
    CHECK(most.size() == max_kind_path);
    CHECK(wrong_with_kind_path(most).empty());
    CHECK(wrong_with_kind_path("/x" + most.substr(1)) == "it has more than 256 bytes");
}

TEST_CASE("a status pointer is an RFC 6901 pointer into the document")
{
    for (const auto* good : {"/status", "/a/0/b", "/", "/a~1b/m~0n", "/~01", "/a b", "/\xc3\xa4"})
        CHECK_MESSAGE(wrong_with_status_pointer(good).empty(), good);
    CHECK(wrong_with_status_pointer("").find("begins with /") != std::string::npos);
    CHECK(wrong_with_status_pointer("status").find("begins with /") != std::string::npos);
    for (const auto* bad : {"/a~", "/~", "/a~2b", "/~~0"})
        CHECK_MESSAGE(wrong_with_status_pointer(bad).find("~0") != std::string::npos, bad);
    CHECK(wrong_with_status_pointer("/a\nb") == "it has control characters");
    std::string deepest;
    for (std::size_t level = 0; level < max_pointer_tokens; ++level)
        deepest += "/a";
    CHECK(wrong_with_status_pointer(deepest).empty());
    CHECK(wrong_with_status_pointer(deepest + "/a") == "documents are read 32 levels deep");
    CHECK(wrong_with_status_pointer("/" + std::string(max_status_pointer - 1, 'x')).empty());
    CHECK(
        wrong_with_status_pointer("/" + std::string(max_status_pointer, 'x'))
        == "it has more than 256 bytes");
}

TEST_CASE("a word is something that a document's status can be")
{
    for (const auto* good : {"completed", " In Progress ", "AVAILABLE", "r", "\xc3\xa9tat"})
        CHECK_MESSAGE(wrong_with_status_word(good).empty(), good);
    CHECK(wrong_with_status_word("") == "a word has at least one letter");
    CHECK(wrong_with_status_word(" \t ") == "a word has at least one letter");
    CHECK(wrong_with_status_word("a\nb") == "it has control characters");
    CHECK(wrong_with_status_word(std::string(max_status_word, 'x')).empty());
    CHECK(wrong_with_status_word(std::string(max_status_word + 1, 'x')) == "it has more than 64 bytes");
    CHECK(wrong_with_status_word(std::string(max_status_word, 'x') + "   ").empty());
}
