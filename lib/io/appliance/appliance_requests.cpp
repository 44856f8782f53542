#include "io/appliance/appliance_requests.hpp"

#include "io/appliance/secret_file.hpp"
#include "wire/http_request.hpp"
#include "wire/token_message.hpp"

namespace jobwatch
{

namespace
{

wall_time wall_now()
{
    return std::chrono::time_point_cast<wall_time::duration>(std::chrono::system_clock::now());
}

asking_error no_token(std::string text)
{
    asking_error none;
    none.what = trouble::no_token;
    none.text = std::move(text);
    return none;
}

// The token of the file as it stands: nothing is asked.
grant_answer token_of_file(std::string_view token, const std::string& path)
{
    auto grant = grant_of_token(token);
    if (grant.has_error())
        return no_token("token file " + path + ": " + grant.error().message());
    return std::move(*grant);
}

} // namespace

asio::awaitable<poll_answer> request_job(
    https_connection& on, const request_way& way, std::string& buffer, const kind& family,
    std::string_view job, std::string_view jwt)
{
    const node_address& node = on.choose_node(way.node);
    buffer.clear();
    append_poll_request(buffer, node, family, job, jwt);
    const std::string_view request = buffer;
    const auto asked = co_await on.exchange(request, way);
    if (asked.has_error())
        co_return asked.error();
    answer_source source;
    source.host = host_and_port(node);
    source.secret = jwt;
    co_return read_poll_answer(on.answer(), source, family, job, wall_now());
}

asio::awaitable<grant_answer>
request_token(https_connection& on, const request_way& way, std::string_view body, std::string_view secret)
{
    const node_address& node = on.choose_node(way.node);
    const secret_text request(token_request(node, body));
    const std::string_view text = request.view();
    const auto asked = co_await on.exchange(text, way);
    if (asked.has_error())
        co_return asked.error();
    answer_source source;
    source.host = host_and_port(node);
    source.secret = secret;
    auto answer = read_grant_answer(on.answer(), source, wall_now());
    if (answer.has_value())
        wipe(on.answer().body);
    co_return answer;
}

asio::awaitable<grant_answer> request_login(https_connection& on, const request_way& way)
{
    const appliance_settings& appliance = on.settings();
    const auto secret = read_login_secret(appliance);
    if (secret.has_error())
        co_return no_token(secret.error().text);
    const std::string_view shown = secret->view();
    if (appliance.credential == credential_form::token_file)
        co_return token_of_file(shown, appliance.token_file);
    const secret_text body(login_body(appliance, shown));
    const std::string_view text = body.view();
    auto answer = co_await request_token(on, way, text, shown);
    co_return answer;
}

} // namespace jobwatch
