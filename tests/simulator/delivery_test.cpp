#include "delivery.hpp"
#include "delivery_reader.hpp"
#include "gzip_text.hpp"
#include "http_text.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>
#include <zlib.h>

using namespace jobwatch::simulator;
using namespace std::chrono_literals;

namespace
{

const std::string header = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: keep-alive\r\n"
                           "Content-Length: 4\r\n\r\n";
const std::string whole = header + "body";

delivery delivered(const std::string& members)
{
    const boost::json::value text = boost::json::parse(members);
    json_fields from(text.get_object());
    delivery how =
        read_delivery(from, from.word("fault", delivery_words) ? text.at("fault").as_string() : "");
    REQUIRE_FALSE(from.mistake());
    return how;
}

parcel packed(const std::string& members)
{
    return pack(delivered(members), whole);
}

std::uint64_t size_of(const parcel& one)
{
    return one.first.size() + one.repeats * one.block.size() + one.last.size();
}

// What the gzip stream inflates to: how many bytes, and the first of them.
struct inflated
{
    int end = Z_OK;
    std::uint64_t size = 0;
    std::string begin;
};

void feed(z_stream& stream, const std::string& pressed, inflated& into)
{
    std::string space(1 << 16, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(pressed.data()));
    stream.avail_in = static_cast<uInt>(pressed.size());
    do
    {
        stream.next_out = reinterpret_cast<Bytef*>(space.data());
        stream.avail_out = static_cast<uInt>(space.size());
        into.end = inflate(&stream, Z_NO_FLUSH);
        if (into.begin.empty())
            into.begin = space.substr(0, std::min<std::size_t>(space.size() - stream.avail_out, 100));
        into.size += space.size() - stream.avail_out;
    } while (into.end == Z_OK && stream.avail_out == 0);
}

inflated inflate_all(const std::vector<const std::string*>& parts)
{
    inflated result;
    z_stream stream{};
    REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
    for (const std::string* part : parts)
        feed(stream, *part, result);
    inflateEnd(&stream);
    return result;
}

inflated inflate_body(const parcel& one)
{
    const std::string body = http_text(one.first).body;
    return inflate_all({&body});
}

} // namespace

TEST_CASE("an answer is cut before it begins, in its header or in its body")
{
    CHECK(packed(R"({"fault":"never"})").first.empty());
    CHECK(packed(R"({"fault":"never"})").then == ending::never);
    CHECK(packed(R"({"fault":"reset","where":"header"})").first == header.substr(0, header.size() / 2));
    CHECK(packed(R"({"fault":"close"})").first == header + "bo");
    CHECK(packed(R"({"fault":"close"})").then == ending::close);
    CHECK(packed(R"({"fault":"close","goodbye":true})").then == ending::goodbye);
    CHECK(pack(cut{place::body, ending::reset}, "no header at all").first == "no header at all");
}

TEST_CASE("an answer trickles from its first byte, or from its body on")
{
    const parcel all = packed(R"({"fault":"trickle"})");
    CHECK(all.first.empty());
    CHECK(all.last == whole);
    CHECK(all.step == 1);
    CHECK(all.every == 1s);
    const parcel body = packed(R"({"fault":"trickle","from":"body","bytes":3,"every":"10ms"})");
    CHECK(body.first == header);
    CHECK(body.last == "body");
    CHECK(body.step == 3);
    CHECK(body.every == 10ms);
}

TEST_CASE("a header is big with one field, with many, or without end")
{
    const parcel one = packed(R"({"fault":"big_header","bytes":100000})");
    CHECK(size_of(one) == whole.size() + 100'000 + std::string("\r\nX-Filler: ").size());
    CHECK(one.last == "\r\n\r\nbody");
    const parcel many = packed(R"({"fault":"big_header","form":"many","bytes":102400})");
    CHECK(size_of(many) == whole.size() + 102'400);
    CHECK(many.block.starts_with("\r\nX-Filler: xxx"));
    CHECK(many.repeats == 100);
    const parcel endless = packed(R"({"fault":"big_header","form":"endless"})");
    CHECK(size_of(endless) > 900'000'000'000);
    CHECK(endless.first.size() + endless.block.size() < 100'000);
}

TEST_CASE("a body is big by its Content-Length, in chunks, or without end, from a small block")
{
    const parcel counted = packed(R"({"fault":"big_body","bytes":1000000})");
    CHECK(counted.first.find("Content-Length: 1000004\r\n") != std::string::npos);
    CHECK(size_of(counted) == counted.first.find("\r\n\r\n") + 4 + 1'000'004);
    CHECK(size_of(packed(R"({"fault":"big_body"})")) > 1'000'000'000);
    const parcel chunked = packed(R"({"fault":"big_body","form":"chunked","bytes":131072})");
    CHECK(chunked.first.find("Content-Length") == std::string::npos);
    CHECK(chunked.first.ends_with("Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n"));
    CHECK(chunked.block.starts_with("10000\r\n   "));
    CHECK(chunked.repeats == 2);
    CHECK(chunked.last == "0\r\n\r\n");
    CHECK(size_of(packed(R"({"fault":"big_body","form":"endless"})")) > 900'000'000'000);
}

TEST_CASE("gzip is broken, cut short, wrong in its sum, not there, or followed by something")
{
    const auto form = [](const std::string& word)
    { return packed(R"({"fault":"gzip","form":")" + word + "\"}"); };
    for (const char* word : {"broken", "truncated", "checksum", "plain", "trailing", "bomb"})
        CHECK(form(word).first.find("\r\nContent-Encoding: gzip") != std::string::npos);
    CHECK(inflate_body(form("broken")).end == Z_DATA_ERROR);
    CHECK(inflate_body(form("checksum")).end == Z_DATA_ERROR);
    CHECK(inflate_body(form("plain")).end == Z_DATA_ERROR);
    CHECK(inflate_body(form("truncated")).end == Z_OK);
    CHECK(inflate_body(form("trailing")).end == Z_STREAM_END);
    CHECK(inflate_body(form("trailing")).begin == "body");
    CHECK(http_text(form("trailing").first).body.ends_with("and then this"));
    const std::string right = gzip("body");
    CHECK(inflate_all({&right}).end == Z_STREAM_END);
}

TEST_CASE("a gzip bomb is well formed, small, and inflates to what was asked for")
{
    const gzip_bomb bomb = make_bomb("{}", 50'000'003);
    std::vector<const std::string*> parts{&bomb.first};
    for (std::uint64_t count = 0; count < bomb.repeats; ++count)
        parts.push_back(&bomb.block);
    parts.push_back(&bomb.last);
    const inflated result = inflate_all(parts);
    CHECK(result.end == Z_STREAM_END);
    CHECK(result.size == 50'000'005);
    CHECK(result.begin.starts_with("{}"));
    const parcel ten_gigabytes = packed(R"({"fault":"gzip","form":"bomb"})");
    CHECK(size_of(ten_gigabytes) < 15'000'000);
    CHECK(ten_gigabytes.first.size() + ten_gigabytes.block.size() + ten_gigabytes.last.size() < 100'000);
}

TEST_CASE("a Content-Length is too large, too small, or no number")
{
    CHECK(
        packed(R"({"fault":"wrong_length","by":10})").first.find("\r\nContent-Length: 14\r\n\r\nbody")
        != std::string::npos);
    CHECK(
        packed(R"({"fault":"wrong_length","by":-1})").first.find("\r\nContent-Length: 3\r\n\r\nbody")
        != std::string::npos);
    CHECK(
        packed(R"({"fault":"wrong_length","length":"-4, 4"})").first.find("\r\nContent-Length: -4, 4\r\n")
        != std::string::npos);
}

TEST_CASE("what is no HTTP is a text, or bytes that are the same each time")
{
    CHECK(packed(R"({"fault":"garbage"})").first == "what is this\r\n\r\n");
    CHECK(packed(R"({"fault":"garbage","text":"HTTP/1.1 abc\r\n\r\n"})").first == "HTTP/1.1 abc\r\n\r\n");
    CHECK(packed(R"({"fault":"garbage","bytes":1000})").first.size() == 1000);
    CHECK(
        packed(R"({"fault":"garbage","bytes":1000})").first
        == packed(R"({"fault":"garbage","bytes":1000})").first);
}

TEST_CASE("more bytes come in front of an answer or behind it")
{
    CHECK(packed(R"({"fault":"extra"})").first == whole + whole);
    CHECK(packed(R"({"fault":"extra","text":"x"})").first == whole + "x");
    CHECK(
        packed(R"({"fault":"extra","where":"before","text":"HTTP/1.1 100 Continue\r\n\r\n"})").first
        == "HTTP/1.1 100 Continue\r\n\r\n" + whole);
}

TEST_CASE("an HTTP/1.0 body ends with the connection")
{
    const parcel old = packed(R"({"fault":"http10"})");
    CHECK(old.first == "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nbody");
    CHECK(old.then == ending::goodbye);
}

TEST_CASE("a client that never saw the whole header was told no status")
{
    for (const char* members :
         {R"({"fault":"reset"})", R"({"fault":"never","where":"header"})", R"({"fault":"garbage"})",
          R"({"fault":"big_header","form":"endless"})"})
        CHECK_FALSE(tells_status(delivered(members)));
    for (const char* members :
         {R"({"fault":"close"})", R"({"fault":"trickle"})", R"({"fault":"big_header"})",
          R"({"fault":"gzip"})"})
        CHECK(tells_status(delivered(members)));
}
