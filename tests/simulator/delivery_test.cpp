#include "delivery.hpp"

#include <doctest/doctest.h>

using namespace jobwatch::simulator;

namespace
{

const std::string header = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";
const std::string whole = header + "body";

} // namespace

TEST_CASE("an answer is cut before it begins, in its header or in its body")
{
    CHECK(pack(cut{place::before, ending::never}, whole).first.empty());
    CHECK(pack(cut{place::header, ending::reset}, whole).first == header.substr(0, header.size() / 2));
    CHECK(pack(cut{place::body, ending::close}, whole).first == header + "bo");
    CHECK(pack(cut{place::body, ending::close}, whole).then == ending::close);
    CHECK(pack(cut{place::body, ending::reset}, "no header at all").first == "no header at all");
}

TEST_CASE("a client that never saw the whole header was told no status")
{
    CHECK_FALSE(tells_status(cut{place::before, ending::reset}));
    CHECK_FALSE(tells_status(cut{place::header, ending::reset}));
    CHECK(tells_status(cut{place::body, ending::reset}));
}
