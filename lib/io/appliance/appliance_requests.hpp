// What is asked of an appliance, on one connection. Nothing here asks twice: whoever calls keeps the budget and decides.
// The connection must outlive the call, as what is given by reference or view.
#pragma once

#include "io/appliance/https_connection.hpp"

#include <string>
#include <string_view>

namespace jobwatch
{

// GET of one job. The request is put together in `buffer`, where the token stands until the caller wipes it.
asio::awaitable<poll_answer> request_job(
    https_connection& on, const request_way& way, std::string& buffer, const kind& family,
    std::string_view job, std::string_view jwt);

// POST of a token request. What the answer holds is wiped when it was a grant.
asio::awaitable<grant_answer>
request_token(https_connection& on, const request_way& way, std::string_view body, std::string_view secret);

// The login with the configured credential, whose file is read now; one request at most: the token of a token file is
// given as it stands, and nothing is asked.
asio::awaitable<grant_answer> request_login(https_connection& on, const request_way& way);

} // namespace jobwatch
