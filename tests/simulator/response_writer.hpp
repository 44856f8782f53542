// An answer as HTTP/1.1 text, dressed as the appliance's gateway dresses it: chunked, X-Krakend headers, gzip when
// offered. One writer serves all connections; it keeps what need not be made again.
#pragma once

#include "exchange.hpp"

#include <zlib.h>

#include <memory>
#include <string>

namespace jobwatch::simulator
{

enum class coding
{
    plain,
    gzip, // the client takes it; whether it is worth it is the writer's business
};

enum class framing
{
    chunked,
    counted,      // Content-Length, for HTTP/1.0
    headers_only, // for HEAD
};

enum class afterwards
{
    keep_alive,
    close,
};

struct response_form
{
    coding body = coding::plain;
    framing frame = framing::chunked;
    afterwards then = afterwards::keep_alive;
};

struct writer_settings
{
    std::size_t gzip_above = 1400; // bytes: what fits a packet gains nothing
    std::size_t chunk_size = 2048;
};

class response_writer
{
public:
    explicit response_writer(writer_settings settings);

    // Replaces what is in `out`, keeping its memory. `took`: for X-Processing-Time.
    void
    write(std::string& out, const answer& given, const response_form& form, time_point now, duration took);

private:
    struct deflate_end_it
    {
        void operator()(z_stream* stream) const
        {
            deflateEnd(stream);
            delete stream;
        }
    };

    const std::string& date(time_point now);
    const std::string& zipped(const std::string& body);
    void
    add_head(std::string& out, const answer& given, const response_form& form, time_point now, duration took);
    void add_chunks(std::string& out, const std::string& body) const;

    writer_settings settings_;
    std::string date_;
    time_point date_until_{};
    std::unique_ptr<z_stream, deflate_end_it> press_;
    std::string pressed_;
};

} // namespace jobwatch::simulator
