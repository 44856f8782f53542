#include "delivery.hpp"

#include "gzip_text.hpp"
#include "http_text.hpp"

#include <charconv>

namespace jobwatch::simulator
{

namespace
{

constexpr std::size_t block_size = 64 * 1024;

// The position behind the empty line that ends the header.
std::size_t header_length(const std::string& whole)
{
    const std::size_t end = whole.find("\r\n\r\n");
    return end == std::string::npos ? whole.size() : end + 4;
}

std::size_t length_until(place where, const std::string& whole)
{
    const std::size_t header = header_length(whole);
    switch (where)
    {
    case place::header:
        return header / 2;
    case place::body:
        return header + (whole.size() - header) / 2;
    default:
        return 0;
    }
}

std::string chunk(const std::string& text)
{
    std::string size(16, '\0');
    const auto done = std::to_chars(size.data(), size.data() + size.size(), text.size(), 16);
    size.resize(static_cast<std::size_t>(done.ptr - size.data()));
    return text.empty() ? std::string() : size + "\r\n" + text + "\r\n";
}
constexpr const char* last_chunk = "0\r\n\r\n";

void say_chunked(http_text& text)
{
    text.drop_field("Content-Length");
    text.set_field("Transfer-Encoding", "chunked");
}

void say_gzip(http_text& text)
{
    text.set_field("Content-Encoding", "gzip");
    text.set_field("Content-Length", std::to_string(text.body.size()));
}

parcel bomb_parcel(http_text text, std::uint64_t bytes)
{
    const gzip_bomb bomb = make_bomb(text.body, bytes);
    text.body.clear();
    say_gzip(text);
    say_chunked(text);
    parcel made;
    made.first = text.whole() + chunk(bomb.first);
    made.block = chunk(bomb.block);
    made.repeats = bomb.repeats;
    made.last = chunk(bomb.last) + last_chunk;
    return made;
}

struct packer
{
    std::string whole;

    parcel only(std::string text, ending then = ending::usual) const
    {
        parcel made;
        made.first = std::move(text);
        made.then = then;
        return made;
    }

    parcel operator()(const cut& how) const
    {
        return only(whole.substr(0, length_until(how.where, whole)), how.then);
    }

    parcel operator()(const trickle& how) const
    {
        const std::size_t at_once = how.from == place::body ? header_length(whole) : 0;
        parcel made = only(whole.substr(0, at_once));
        made.last = whole.substr(at_once);
        made.step = how.bytes;
        made.every = how.every;
        return made;
    }

    parcel operator()(const big_header& how) const
    {
        const http_text text(whole);
        parcel made = only(text.head);
        if (how.form == big_header::one)
        {
            made.first += "\r\nX-Filler: " + std::string(how.bytes % block_size, 'x');
            made.block = std::string(block_size, 'x');
        }
        else
            made.block = "\r\nX-Filler: " + std::string(1012, 'x');
        made.repeats = (how.form == big_header::endless ? flood_limit : how.bytes) / made.block.size();
        made.last = "\r\n\r\n" + text.body;
        return made;
    }

    parcel operator()(const big_body& how) const
    {
        http_text text(whole);
        const std::uint64_t bytes = how.form == big_body::endless ? flood_limit : how.bytes;
        text.body += std::string(bytes % block_size, ' ');
        parcel made;
        made.block = std::string(block_size, ' ');
        made.repeats = bytes / block_size;
        if (how.form == big_body::counted)
        {
            const std::uint64_t length = text.body.size() + made.repeats * block_size;
            text.set_field("Content-Length", std::to_string(length));
            made.first = text.whole();
            return made;
        }
        const std::string begin = chunk(text.body);
        text.body.clear();
        say_chunked(text);
        made.first = text.whole() + begin;
        made.block = chunk(made.block);
        made.last = last_chunk;
        return made;
    }

    parcel operator()(const bad_gzip& how) const
    {
        http_text text(whole);
        if (how.form == bad_gzip::bomb)
            return bomb_parcel(std::move(text), how.bytes);
        if (how.form == bad_gzip::broken)
            text.body = broken_gzip(text.body);
        else if (how.form != bad_gzip::plain)
            text.body = gzip(text.body);
        if (how.form == bad_gzip::truncated)
            text.body.resize(text.body.size() / 2);
        if (how.form == bad_gzip::checksum) // eight bytes at the end: the sum, then the length
            text.body.at(text.body.size() - 8) = static_cast<char>(~text.body.at(text.body.size() - 8));
        if (how.form == bad_gzip::trailing)
            text.body += "and then this";
        say_gzip(text);
        return only(text.whole());
    }

    parcel operator()(const wrong_length& how) const
    {
        http_text text(whole);
        const auto length = static_cast<std::int64_t>(text.body.size()) + how.by;
        text.set_field(
            "Content-Length",
            how.text.empty() ? std::to_string(std::max<std::int64_t>(length, 0)) : how.text);
        return only(text.whole());
    }

    parcel operator()(const garbage& how) const { return only(how.text, ending::goodbye); }

    parcel operator()(const extra& how) const
    {
        const std::string& more = how.text.empty() ? whole : how.text;
        return only(how.where == extra::before ? more + whole : whole + more);
    }

    parcel operator()(const old_http&) const
    {
        http_text text(whole);
        text.head.replace(0, std::string_view("HTTP/1.1").size(), "HTTP/1.0");
        text.drop_field("Content-Length");
        text.drop_field("Connection");
        return only(text.whole(), ending::goodbye);
    }
};

struct teller
{
    bool operator()(const cut& how) const { return how.where == place::body; }
    bool operator()(const big_header& how) const { return how.form != big_header::endless; }
    bool operator()(const garbage&) const { return false; }
    template <class Other>
    bool operator()(const Other&) const
    {
        return true;
    }
};

} // namespace

parcel pack(const delivery& how, std::string whole)
{
    return std::visit(packer{std::move(whole)}, how);
}

bool wants_plain_body(const delivery& how)
{
    return !std::holds_alternative<cut>(how) && !std::holds_alternative<trickle>(how);
}

bool tells_status(const delivery& how)
{
    return std::visit(teller(), how);
}

} // namespace jobwatch::simulator
