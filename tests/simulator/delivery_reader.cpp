#include "delivery_reader.hpp"

#include "seeded.hpp"

#include <boost/json.hpp>

namespace jobwatch::simulator
{

namespace
{

constexpr std::size_t text_limit = 1024 * 1024;
constexpr std::array<std::string_view, 3> place_words{"before", "header", "body"};

place read_place(json_fields& from, place otherwise)
{
    const auto where = from.word("where", place_words);
    return where ? static_cast<place>(*where) : otherwise;
}

// The enum inside the delivery has the order of the words.
template <class Delivery, std::size_t Count>
void read_form(json_fields& from, const std::array<std::string_view, Count>& words, Delivery& into)
{
    if (const auto form = from.word("form", words))
        into.form = static_cast<decltype(into.form)>(*form);
    into.bytes = from.whole("bytes", 1, flood_limit).value_or(into.bytes);
}

cut read_close(json_fields& from)
{
    const place where = read_place(from, place::body);
    return {where, from.flag("goodbye").value_or(false) ? ending::goodbye : ending::close};
}

trickle read_trickle(json_fields& from)
{
    static constexpr std::array<std::string_view, 2> from_words{"header", "body"};
    trickle how;
    if (from.word("from", from_words).value_or(0) == 1)
        how.from = place::body;
    how.bytes = from.whole("bytes", 1, flood_limit).value_or(how.bytes);
    how.every = from.length("every", duration{1}).value_or(how.every);
    return how;
}

wrong_length read_wrong_length(json_fields& from)
{
    wrong_length how;
    const boost::json::value* by = from.any("by");
    if (by && by->is_int64())
        how.by = by->get_int64();
    how.text = from.text("length", text_limit).value_or("");
    if ((by && !by->is_int64()) || (how.by == 0 && how.text.empty()))
        from.blame("by", "a whole number such as 10 or -3, if there is no text as \"length\"");
    return how;
}

garbage read_garbage(json_fields& from)
{
    const auto bytes = from.whole("bytes", 1, text_limit);
    garbage how{from.text("text", text_limit).value_or("what is this\r\n\r\n")};
    if (!bytes)
        return how;
    seeded chance(*bytes);
    how.text.clear();
    while (how.text.size() < *bytes)
        how.text += static_cast<char>(chance.next() & 0xff);
    return how;
}

extra read_extra(json_fields& from)
{
    static constexpr std::array<std::string_view, 2> where_words{"before", "behind"};
    extra how;
    if (from.word("where", where_words).value_or(1) == 0)
        how.where = extra::before;
    how.text = from.text("text", text_limit).value_or("");
    return how;
}

delivery read_flood(json_fields& from, std::string_view word)
{
    static constexpr std::array<std::string_view, 3> header_forms{"one", "many", "endless"};
    static constexpr std::array<std::string_view, 3> body_forms{"counted", "chunked", "endless"};
    static constexpr std::array<std::string_view, 6> gzip_forms{"broken", "truncated", "checksum",
                                                                "plain",  "trailing",  "bomb"};
    if (word == "big_header")
    {
        big_header how;
        read_form(from, header_forms, how);
        return how;
    }
    if (word == "big_body")
    {
        big_body how;
        read_form(from, body_forms, how);
        return how;
    }
    bad_gzip how;
    read_form(from, gzip_forms, how);
    return how;
}

} // namespace

delivery read_delivery(json_fields& from, std::string_view word)
{
    if (word == "reset")
        return cut{read_place(from, place::before), ending::reset};
    if (word == "close")
        return read_close(from);
    if (word == "never")
        return cut{read_place(from, place::before), ending::never};
    if (word == "trickle")
        return read_trickle(from);
    if (word == "wrong_length")
        return read_wrong_length(from);
    if (word == "garbage")
        return read_garbage(from);
    if (word == "extra")
        return read_extra(from);
    if (word == "http10")
        return old_http();
    if (word.empty())
        return cut{};
    return read_flood(from, word);
}

} // namespace jobwatch::simulator
