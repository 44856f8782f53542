// A blocking client of control.sock or events.sock: lines out, lines in, each with a deadline.
#pragma once

#include "support/eventually.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>

namespace jobwatch::test
{

class unix_client
{
public:
    // Throws when nobody listens there.
    explicit unix_client(const std::string& path);
    ~unix_client();
    unix_client(const unix_client&) = delete;

    // False when the other side has closed, or takes nothing until the limit.
    bool send(std::string_view bytes, std::chrono::milliseconds limit = patience);
    // As much as is taken within the limit.
    std::size_t send_what_fits(std::string_view bytes, std::chrono::milliseconds limit);
    void half_close();

    // Without its newline; empty at the end of the stream.
    std::optional<std::string> line(std::chrono::milliseconds limit = patience);
    bool closed(std::chrono::milliseconds limit = patience); // reads on until the end

    // One request and its answer; throws when there is none.
    boost::json::object call(std::string_view method, const boost::json::object& params = {});
    boost::json::object result(std::string_view method, const boost::json::object& params = {});
    boost::json::object ask(std::string_view line); // any line, newline not included

private:
    bool fill(std::chrono::milliseconds limit);

    int socket_;
    std::string waiting_; // received, not yet asked for
    int next_id_ = 0;
};

bool listens(const std::string& path);

} // namespace jobwatch::test
