#include "response_writer.hpp"

#include "time_text.hpp"

#include <boost/beast/http/status.hpp>

#include <array>
#include <charconv>
#include <cstdio>
#include <stdexcept>

namespace jobwatch::simulator
{

namespace
{

constexpr int gzip_window = 15 + 16; // zlib's way to ask for a gzip header

void add_number(std::string& out, std::size_t value, int base)
{
    std::array<char, 24> text{};
    const auto done = std::to_chars(text.data(), text.data() + text.size(), value, base);
    out.append(text.data(), done.ptr);
}

} // namespace

response_writer::response_writer(writer_settings settings) : settings_{settings}, press_{new z_stream{}}
{
    if (deflateInit2(press_.get(), Z_BEST_SPEED, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::runtime_error("zlib does not start");
}

const std::string& response_writer::date(time_point now)
{
    if (now >= date_until_ || date_.empty())
    {
        date_ = http_date(now);
        date_until_ = std::chrono::floor<std::chrono::seconds>(now) + std::chrono::seconds{1};
    }
    return date_;
}

const std::string& response_writer::zipped(const std::string& body)
{
    deflateReset(press_.get());
    pressed_.resize(deflateBound(press_.get(), body.size()));
    press_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
    press_->avail_in = static_cast<uInt>(body.size());
    press_->next_out = reinterpret_cast<Bytef*>(pressed_.data());
    press_->avail_out = static_cast<uInt>(pressed_.size());
    if (deflate(press_.get(), Z_FINISH) != Z_STREAM_END)
        throw std::runtime_error("zlib does not finish");
    pressed_.resize(press_->total_out);
    return pressed_;
}

void response_writer::add_head(
    std::string& out, const answer& given, const response_form& form, time_point now, duration took)
{
    const auto reason = http::obsolete_reason(given.status);
    out += "HTTP/1.1 ";
    add_number(out, static_cast<unsigned>(given.status), 10);
    out.append(" ").append(reason.data(), reason.size());
    out += "\r\nAccess-Control-Allow-Origin: *\r\nCache-Control: no-cache"
           "\r\nContent-Type: ";
    out += given.content_type;
    out += "\r\nDate: ";
    out += date(now);
    out += "\r\nX-Krakend: Version 2.0.4\r\nX-Krakend-Completed: ";
    out += given.status < http::status::bad_request ? "true" : "false";
    std::array<char, 32> seconds{};
    std::snprintf(seconds.data(), seconds.size(), "%.6f", static_cast<double>(took.count()) / 1e6);
    out.append("\r\nX-Processing-Time: ").append(seconds.data());
    if (!given.allow.empty())
        out.append("\r\nAllow: ").append(given.allow);
    out += given.headers;
    out += form.then == afterwards::keep_alive ? "\r\nConnection: keep-alive" : "\r\nConnection: close";
}

void response_writer::add_chunks(std::string& out, const std::string& body) const
{
    for (std::size_t at = 0; at < body.size(); at += settings_.chunk_size)
    {
        const std::size_t length = std::min(settings_.chunk_size, body.size() - at);
        add_number(out, length, 16);
        out.append("\r\n").append(body, at, length).append("\r\n");
    }
    out += "0\r\n\r\n";
}

void response_writer::write(
    std::string& out, const answer& given, const response_form& form, time_point now, duration took)
{
    out.clear();
    const bool press = form.body == coding::gzip && given.body.size() > settings_.gzip_above;
    const std::string& body = press ? zipped(given.body) : given.body;
    add_head(out, given, form, now, took);
    if (press)
        out += "\r\nContent-Encoding: gzip\r\nVary: Accept-Encoding";
    if (form.frame == framing::chunked)
    {
        out += "\r\nTransfer-Encoding: chunked\r\n\r\n";
        add_chunks(out, body);
        return;
    }
    out += "\r\nContent-Length: ";
    add_number(out, body.size(), 10);
    out += "\r\n\r\n";
    if (form.frame == framing::counted)
        out += body;
}

} // namespace jobwatch::simulator
