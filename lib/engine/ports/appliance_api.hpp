// What the engine asks of an appliance. Implementations hold the connections, TLS and HTTP; every call ends
// within the configured deadlines, and every failure is an asking_error.
#pragma once

#include "core/kind.hpp"
#include "core/reading.hpp"
#include "core/token_life.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace jobwatch
{

// To which node a request goes, and by whose leave. It must outlive the call that it is given to.
struct request_way
{
    std::size_t node = 0; // its place in `urls`

    // Asked when everything is ready and the request's bytes are about to go out: `false` keeps them back, and the
    // call ends with trouble::held_back. Opening a connection takes time, and the budget counts what is sent when it
    // is sent. Absent: yes.
    std::function<bool()> allowed;
};

// One keep-alive connection, made when first needed and made anew after a failure, or to ask another node. One call
// at a time.
class appliance_connection
{
public:
    virtual ~appliance_connection() = default;

    // GET of one job. `family`, `job` (a valid job id) and `jwt` must outlive the call.
    virtual boost::asio::awaitable<poll_answer>
    poll(const request_way& way, const kind& family, std::string_view job, std::string_view jwt) = 0;

    // Ends a call under way at once, with trouble::closed_early; later calls end likewise.
    virtual void abort() = 0;

    virtual bool connected() const = 0;
};

using grant_answer = boost::system::result<token_grant, asking_error>;

class appliance_api
{
public:
    virtual ~appliance_api() = default;

    virtual std::unique_ptr<appliance_connection> make_connection() = 0;

    // Logs in with the configured credential, whose file is read anew. unauthorized and forbidden are given only
    // with the appliance's own error body, since refusals are counted.
    virtual boost::asio::awaitable<grant_answer> login(const request_way& way) = 0;

    // The refresh grant.
    virtual boost::asio::awaitable<grant_answer>
    refresh(const request_way& way, std::string_view refresh_token) = 0;

    // Ends a login or refresh under way at once.
    virtual void abort() = 0;

    // A short text that tells one state of the credential's files from another, and nothing of what they hold;
    // "" when there is none.
    virtual std::string secret_stamp() const = 0;
};

} // namespace jobwatch
