// Answers that come too long, broken, by halves or not at all: our memory stays bounded, each is explained, none ends
// a watch, and the next poll works.
#include "support/foul_answer.hpp"

#include <doctest/doctest.h>

#include <set>
#include <sstream>

using namespace jobwatch::test;

namespace
{

const std::string late = "no answer in time";
const std::string cut = "the connection was closed before the answer was whole";
const std::string large = "the answer was too large";
const std::string large_200 = "HTTP 200: " + large;
const std::string odd = "the answer was no document of this job";
const std::string odd_200 = "HTTP 200: " + odd;

const std::vector<foul_answer> deliveries{
    {"a gzip that breaks off", R"("fault":"gzip","form":"truncated")", odd_200,
     "its gzip encoding is broken"},
    {"a gzip of nonsense", R"("fault":"gzip","form":"broken")", odd_200, "its gzip encoding is broken"},
    {"a gzip with a wrong sum", R"("fault":"gzip","form":"checksum")", odd_200,
     "its gzip encoding is broken"},
    {"a gzip that is none", R"("fault":"gzip","form":"plain")", odd_200, "its gzip encoding is broken"},
    {"bytes behind a gzip", R"("fault":"gzip","form":"trailing")", odd_200, "its gzip encoding is broken"},
    {"10 GB in a gzip of 10 MB", R"("fault":"gzip","form":"bomb")", large,
     "the answer's body has more than 1048576 bytes"},
    {"500 MB in a gzip that is small enough", R"("fault":"gzip","form":"bomb","bytes":500000000)", large_200,
     "unpacked its body has more than 1048576 bytes"},
    {"a body of 1 GB, counted", R"("fault":"big_body","form":"counted")", large,
     "the answer's body has more than 1048576 bytes"},
    {"a body of 1 GB, in chunks", R"("fault":"big_body","form":"chunked")", large,
     "the answer's body has more than 1048576 bytes"},
    {"a body without end", R"("fault":"big_body","form":"endless")", large,
     "the answer's body has more than 1048576 bytes"},
    {"a header field of 1 MiB", R"("fault":"big_header","form":"one")", large,
     "the answer's header has more than 16384 bytes"},
    {"a thousand header fields", R"("fault":"big_header","form":"many")", large,
     "the answer's header has more than 16384 bytes"},
    {"a header without end", R"("fault":"big_header","form":"endless")", large,
     "the answer's header has more than 16384 bytes"},
    {"half a body, then the end", R"("fault":"close","where":"body")", cut, "in the middle of the answer"},
    {"half a body, then a goodbye", R"("fault":"close","where":"body","goodbye":true)", cut,
     "in the middle of the answer"},
    {"half a body, then a reset", R"("fault":"reset","where":"body")", cut, "in the middle of the answer"},
    {"a reset instead of an answer", R"("fault":"reset")", cut, "closed before an answer came"},
    {"no answer", R"("fault":"never")", late, "no whole answer within 300ms"},
    {"half a header, then silence", R"("fault":"never","where":"header")", late,
     "no whole answer within 300ms"},
    {"half a body, then silence", R"("fault":"never","where":"body")", late, "no whole answer within 300ms"},
    {"a byte a second", R"("fault":"trickle")", late, "no whole answer within 300ms"},
    {"a Content-Length above the body's", R"("fault":"wrong_length","by":10)", late,
     "no whole answer within 300ms"},
    {"a Content-Length below the body's", R"("fault":"wrong_length","by":-3)", odd_200, "HTTP 200, but "},
    {"a Content-Length that is no number", R"("fault":"wrong_length","length":"banana")", odd,
     "the answer is not HTTP"},
    {"garbage", R"("fault":"garbage")", odd, "the answer is not HTTP"},
    {"random bytes", R"("fault":"garbage","bytes":5000)", odd, "the answer is not HTTP"},
    {"half a document", R"("fault":"document","shape":"half")", odd_200, "HTTP 200, but "},
    {"a document ten million levels deep", R"("fault":"document","nest":10000000)", large_200,
     "unpacked its body has more than 1048576 bytes"},
    {"a document forty levels deep", R"("fault":"document","nest":40)", odd_200, "HTTP 200, but "},
    {"HTTP 1.0 whose body ends with the connection", R"("fault":"http10")", "", ""},
    {"the same answer twice", R"("fault":"extra")", "", ""},
};

// The class without its status.
std::string class_of(const std::string& watch_says)
{
    return watch_says.substr(watch_says.starts_with("HTTP ") ? std::string("HTTP 200: ").size() : 0);
}

// The most that was ever resident, in bytes.
double most_memory(daemon_process& daemon)
{
    const auto text = file_text("/proc/" + std::to_string(daemon.process().pid()) + "/status");
    const auto at = text.find("VmHWM:");
    REQUIRE(at != std::string::npos);
    double kibibytes = 0;
    std::istringstream(text.substr(at + 6)) >> kibibytes;
    return kibibytes * 1024;
}

// What the daemon may grow by. For each of its two connections: an answer as sent and as decoded, of 1 MiB each, in
// strings that may have room for twice as much; and as much again for all that has nothing to do with sizes of
// answers (TLS, the pages of SQLite, what the allocator keeps). One answer that is read to its end, 10 GB or 1 GB or
// the 500 MB that unpack, is far beyond it.
constexpr double mebibyte = 1024 * 1024;
constexpr double growth = 2 * (2 * 2 * (2 * mebibyte));
#if defined(__SANITIZE_ADDRESS__)
constexpr double quarantine = 256 * mebibyte; // the sanitizer keeps what was freed
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
constexpr double quarantine = 256 * mebibyte;
#else
constexpr double quarantine = 0;
#endif
#else
constexpr double quarantine = 0;
#endif

} // namespace

TEST_CASE("whatever way an answer is delivered: bounded memory, an explanation, and the next poll works")
{
    scene on(
        {"--gzip-above", "10000"},
        "requests_per_second = 500\nburst = 10\nconnections = 2\nconnect_timeout = \"2s\"\n"
        "request_timeout = \"300ms\"\n");
    on.daemon.start();
    on.begin({job_id(0)});
    on.end({job_id(0)});
    on.submit({job_id(0)});
    REQUIRE(on.all_end({job_id(0)}));
    const double before = most_memory(on.daemon);

    int number = 0;
    std::set<std::string> classes;
    for (const foul_answer& answer : deliveries)
    {
        const auto errors = on.report().at("errors").to_number<int>();
        live_through(on, answer, ++number);
        if (answer.watch_says.empty())
            continue;
        CHECK_MESSAGE(on.report().at("errors").to_number<int>() > errors, answer.name);
        // A class is a line in the log once, until it has been away for a while.
        if (classes.insert(class_of(answer.watch_says)).second)
            CHECK_MESSAGE(on.daemon.log_text().find(answer.appliance_says) != std::string::npos, answer.name);
    }
    const double grown = most_memory(on.daemon) - before;
    MESSAGE("grown by ", static_cast<long>(grown / 1024), " KiB");
    CHECK(grown < growth + quarantine);
    CHECK(classes.size() == 4);
    CHECK(on.told("job.finished") == deliveries.size() + 1);
    CHECK(on.told("appliance.unreachable") == on.told("appliance.reachable"));
    CHECK(on.daemon.stop().exit_code == 0);
}
