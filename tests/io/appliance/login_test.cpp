#include "appliance_fixture.hpp"

#include <doctest/doctest.h>

using namespace jobwatch;
using namespace jobwatch::test;

namespace
{

const std::string grant_body = R"({"jwt":"new.jwt.text","duration":300,"refresh_token":"again"})";
const std::string refusal_body =
    R"({"code":5,"codeDesc":"NCERRUnauthorizedAccess: no such user or password"})";

grant_answer login(appliance_fixture& to)
{
    return run_coroutine(to.context, to.appliance().login(to.way));
}

asking_error login_error(appliance_fixture& to)
{
    const auto answer = login(to);
    return answer.has_error() ? answer.error() : asking_error();
}

asking_error login_error_after(const std::string& answer)
{
    appliance_fixture to;
    to.serve({answering(answer)});
    return login_error(to);
}

} // namespace

TEST_CASE("a login sends the name and the password of the file, and gives the token")
{
    appliance_fixture to;
    to.serve({answering(http_answer_text("200 OK", grant_body))});
    const auto answer = login(to);
    REQUIRE(answer.has_value());
    CHECK(answer->jwt == "new.jwt.text");
    CHECK(answer->refresh_token == "again");
    REQUIRE(to.server->requests().size() == 1);
    const auto request = to.server->requests().front();
    CHECK(request.starts_with("POST /api/v1/auth/tokens"));
    CHECK(contains(request, R"("username":"jobwatch")"));
    CHECK(contains(request, R"("password":"open sesame")"));
    CHECK_FALSE(contains(request, "Authorization"));
}

TEST_CASE("the refresh grant sends the refresh token")
{
    appliance_fixture to;
    to.serve({answering(http_answer_text("200 OK", grant_body))});
    const std::string token = "the refresh token";
    const auto answer = run_coroutine(to.context, to.appliance().refresh(to.way, token));
    REQUIRE(answer.has_value());
    CHECK(contains(to.server->requests().front(), R"("refresh_token":"the refresh token")"));
}

TEST_CASE("the password file is read anew for each login")
{
    appliance_fixture to;
    to.serve({answering(http_answer_text("200 OK", grant_body))});
    CHECK(login(to).has_value());
    to.write("password", "another");
    CHECK(login(to).has_value());
    REQUIRE(to.server->requests().size() == 2);
    CHECK(contains(to.server->requests()[1], R"("password":"another")"));
}

TEST_CASE("a password file that cannot serve means no token, and nothing is sent")
{
    appliance_fixture to;
    to.serve({answering(http_answer_text("200 OK", grant_body))});
    for (const std::string& text : {std::string(), std::string("\n"), std::string(5'000, 'x')})
    {
        to.write("password", text);
        const auto error = login_error(to);
        CHECK(error.what == trouble::no_token);
        CHECK(contains(error.text, to.settings.password_file));
    }
    std::filesystem::remove(to.settings.password_file);
    const auto error = login_error(to);
    CHECK(error.what == trouble::no_token);
    CHECK(contains(error.text, "No such file"));
    CHECK(to.server->connections() == 0);
}

TEST_CASE("the secret's stamp is another one whenever somebody did something to its file")
{
    appliance_fixture to;
    to.serve({answering(http_answer_text("200 OK", grant_body))});
    const std::string first = to.appliance().secret_stamp();
    CHECK_FALSE(first.empty());
    CHECK(login(to).has_value());
    CHECK(to.appliance().secret_stamp() == first);
    to.write("password", "open sesame, please\n");
    const std::string second = to.appliance().secret_stamp();
    CHECK(second != first);
    // The same text in another file.
    to.write("new password", "open sesame, please\n");
    std::filesystem::rename(to.folder.file("new password"), to.settings.password_file);
    CHECK(to.appliance().secret_stamp() != second);
    CHECK_FALSE(contains(second, "sesame"));
    std::filesystem::remove(to.settings.password_file);
    CHECK(to.appliance().secret_stamp().empty());
}

TEST_CASE("a login is refused only by the appliance's own words")
{
    auto error = login_error_after(http_answer_text("401 Unauthorized", refusal_body));
    CHECK(error.what == trouble::unauthorized);
    CHECK(contains(error.text, "HTTP 401 Unauthorized: NCERRUnauthorizedAccess"));
    CHECK(login_error_after(http_answer_text("403 Forbidden", refusal_body)).what == trouble::forbidden);

    error = login_error_after(
        http_answer_text("401 Unauthorized", "<html>proxy</html>", "Content-Type: text/html\r\n"));
    CHECK(error.what == trouble::refused);
    CHECK_FALSE(contains(error.text, "<html>"));
    CHECK(login_error_after(http_answer_text("403 Forbidden", "")).what == trouble::refused);
    CHECK(login_error_after(http_answer_text("500 Internal Server Error", "")).what == trouble::server_error);
    CHECK(login_error_after(http_answer_text("502 Bad Gateway", "")).what == trouble::gateway);
    CHECK(login_error_after(http_answer_text("404 Not Found", not_found_body)).what == trouble::refused);
    const auto pause = login_error_after(http_answer_text("429 Too Many Requests", "", "Retry-After: 7\r\n"));
    CHECK(pause.what == trouble::throttled);
    CHECK(pause.retry_after == milliseconds(7'000));
}

TEST_CASE("a login answer without a token is unreadable, and is not shown")
{
    const auto error = login_error_after(http_answer_text("200 OK", R"({"refresh_token":"hush"})"));
    CHECK(error.what == trouble::unreadable);
    CHECK_FALSE(contains(error.text, "hush"));
    CHECK(login_error_after(http_answer_text("200 OK", refusal_body)).what == trouble::refused);
}

TEST_CASE("a password that the server repeats does not reach the error's text")
{
    const auto error = login_error_after(
        http_answer_text("401 Unauthorized", R"({"codeDesc":"NCERRUnauthorized: open sesame is wrong"})"));
    CHECK(error.what == trouble::unauthorized);
    CHECK(contains(error.text, "[secret]"));
    CHECK_FALSE(contains(error.text, "sesame"));
}

TEST_CASE("a token file gives its token, and nobody is asked for it")
{
    appliance_fixture to;
    to.serve({answering(http_answer_text("200 OK", grant_body))});
    to.settings.credential = credential_form::token_file;
    to.settings.token_file = to.folder.file("token");
    to.write("token", std::string(used_jwt) + "\n");
    auto answer = login(to);
    REQUIRE(answer.has_value());
    CHECK(answer->jwt == used_jwt);
    CHECK(answer->refresh_token.empty());
    const std::string stamp = to.appliance().secret_stamp();
    to.write("token", "hush hush");
    CHECK(to.appliance().secret_stamp() != stamp);
    const auto error = login_error(to);
    CHECK(error.what == trouble::no_token);
    CHECK(contains(error.text, to.settings.token_file));
    CHECK_FALSE(contains(error.text, "hush"));
    std::filesystem::remove(to.settings.token_file);
    std::filesystem::create_directory(to.settings.token_file);
    CHECK(contains(login_error(to).text, "is a folder"));
    CHECK(to.server->connections() == 0);
}

TEST_CASE("the refresh token of a file is shown as it stands there now, and in no error")
{
    appliance_fixture to;
    to.serve(
        {answering(http_answer_text("200 OK", grant_body)),
         answering(http_answer_text(
             "401 Unauthorized", R"({"codeDesc":"NCERRUnauthorized: second-refresh-token is revoked"})"))});
    to.settings.credential = credential_form::refresh_token_file;
    to.settings.refresh_token_file = to.folder.file("refresh");
    to.write("refresh", "first-refresh-token\n");
    CHECK(login(to).has_value());
    to.write("refresh", "second-refresh-token\n");
    const auto error = login_error(to);
    CHECK(error.what == trouble::unauthorized);
    CHECK(contains(error.text, "[secret]"));
    CHECK_FALSE(contains(error.text, "second-refresh"));
    REQUIRE(to.server->requests().size() == 2);
    CHECK(contains(
        to.server->requests()[0], R"("grant_type":"refresh_token","refresh_token":"first-refresh-token")"));
    CHECK(contains(to.server->requests()[1], R"("refresh_token":"second-refresh-token")"));
}

TEST_CASE("a login with a client certificate names the client and sends no secret")
{
    appliance_fixture to;
    to.serve({answering(
        http_answer_text("200 OK", R"({"jwt":"new.jwt.text","duration":300,"refresh_token":null})"))});
    const auto ours = to.authority.issue();
    to.settings.credential = credential_form::client_certificate;
    to.settings.client_certificate_file = to.folder.file("client.pem");
    to.settings.client_key_file = to.folder.file("client.key");
    to.settings.client_id = "7f3c";
    to.write("client.pem", ours.certificate);
    to.write("client.key", ours.key);
    const auto answer = login(to);
    REQUIRE(answer.has_value());
    CHECK(answer->refresh_token.empty());
    REQUIRE(to.server->requests().size() == 1);
    CHECK(
        to.server->requests().front().ends_with(R"({"grant_type":"client_credential","client_id":"7f3c"})"));
}

TEST_CASE("a refresh token that the server repeats does not reach the error's text")
{
    appliance_fixture to;
    to.serve({answering(http_answer_text(
        "401 Unauthorized", R"({"codeDesc":"NCERRUnauthorized: in-memory-refresh-token"})"))});
    const std::string token = "in-memory-refresh-token";
    const auto answer = run_coroutine(to.context, to.appliance().refresh(to.way, token));
    REQUIRE(answer.has_error());
    CHECK_FALSE(contains(answer.error().text, "in-memory"));
}

TEST_CASE("a login is not repeated when its connection is closed")
{
    appliance_fixture to;
    to.serve({[](rude_peer& peer)
              {
                  peer.handshake();
                  peer.read_request();
              }});
    CHECK(login_error(to).what == trouble::closed_early);
    CHECK(login_error(to).what == trouble::closed_early);
    CHECK(to.server->requests().size() == 2);
}

TEST_CASE("abort ends a login under way, and not the next one")
{
    appliance_fixture to;
    to.serve(
        {[&](rude_peer& peer)
         {
             peer.handshake();
             peer.read_request();
             asio::post(to.context, [&] { to.appliance().abort(); });
             peer.wait_until_closed();
         },
         answering(http_answer_text("200 OK", grant_body))});
    CHECK(login_error(to).what == trouble::closed_early);
    CHECK(login(to).has_value());
}
