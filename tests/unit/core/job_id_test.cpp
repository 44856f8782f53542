#include "core/job_id.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace jobwatch;

TEST_CASE("an id of the allowed characters is a job id, unchanged")
{
    for (const std::string text : {"a", "Bulk.Job_7~x:y-z", "...", "-", "0", "UPPER"})
        CHECK(parse_job_id(text).value().text() == text);
}

TEST_CASE("a canonical UUID is lower-cased, and nothing else is")
{
    CHECK(
        parse_job_id("778A1024-DC18-49cb-833B-cfd6c000c090").value().text()
        == "778a1024-dc18-49cb-833b-cfd6c000c090");
    CHECK(
        parse_job_id("778A1024-DC18-49CB-833B-CFD6C000C09").value().text()
        == "778A1024-DC18-49CB-833B-CFD6C000C09");
}

TEST_CASE("an id may have 128 characters and no more")
{
    CHECK(parse_job_id(std::string(max_job_id_length, 'x')).has_value());
    CHECK(parse_job_id(std::string(max_job_id_length + 1, 'x')).error() == errc::bad_job_id);
    CHECK(parse_job_id(std::string(10'000'000, 'x')).error() == errc::bad_job_id);
}

TEST_CASE("an id that would change the path or the line is refused")
{
    for (const std::string text :
         {"", ".", "..", "a/b", "/", "../x", "a b", "a?b", "a#b", "a%2f", "a\nb", "a\r", "\xc3\xa9", "a\"b",
          "{id}"})
    {
        INFO("text: " << text);
        CHECK(parse_job_id(text).error() == errc::bad_job_id);
    }
    CHECK(parse_job_id(std::string("a\0b", 3)).error() == errc::bad_job_id);
}

TEST_CASE("only 8-4-4-4-12 hexadecimal digits are a UUID")
{
    CHECK(is_uuid("778a1024-dc18-49cb-833b-cfd6c000c090"));
    CHECK(is_uuid("778A1024-DC18-49CB-833B-CFD6C000C090"));
    CHECK_FALSE(is_uuid(""));
    CHECK_FALSE(is_uuid("778a1024-dc18-49cb-833b-cfd6c000c09"));
    CHECK_FALSE(is_uuid("778a1024-dc18-49cb-833b-cfd6c000c0900"));
    CHECK_FALSE(is_uuid("778a1024-dc18-49cb-833b-cfd6c000c09g"));
    CHECK_FALSE(is_uuid("778a1024adc18-49cb-833b-cfd6c000c090"));
    CHECK_FALSE(is_uuid("778a1024-dc18-49cb-833b-cfd6c000c-90"));
}
