#include "io/appliance/https_appliance.hpp"

#include "io/appliance/https_connection.hpp"
#include "io/appliance/secret_file.hpp"
#include "wire/http_request.hpp"
#include "wire/token_message.hpp"

#include <algorithm>
#include <vector>

namespace jobwatch
{

namespace
{

// A deadline may pass late by an eighth of the shorter limit.
constexpr int ticks_per_limit = 8;
constexpr milliseconds shortest_tick{5};
constexpr milliseconds longest_tick{250};

milliseconds tick_for(const appliance_settings& appliance)
{
    const auto shorter = std::min(appliance.connect_timeout, appliance.request_timeout);
    return std::clamp(shorter / ticks_per_limit, shortest_tick, longest_tick);
}

wall_time wall_now()
{
    return std::chrono::time_point_cast<wall_time::duration>(std::chrono::system_clock::now());
}

// What a poll needs as long as it lasts.
struct polling
{
    explicit polling(std::shared_ptr<appliance_link> link) : connection(std::move(link)) {}
    ~polling() { wipe(request); } // the token stands in it

    https_connection connection;
    std::string request;
};

// Owns its share of the connection: the port's object may go while it runs.
asio::awaitable<poll_answer> poll_once(
    std::shared_ptr<polling> on, const request_way& way, const kind& family, std::string_view job,
    std::string_view jwt)
{
    https_connection& connection = on->connection;
    const node_address& node = connection.choose_node(way.node);
    on->request.clear();
    append_poll_request(on->request, node, family, job, jwt);
    const std::string_view request = on->request;
    const auto asked = co_await connection.exchange(request, way);
    if (asked.has_error())
        co_return asked.error();
    answer_source source;
    source.host = host_and_port(node);
    source.secret = jwt;
    co_return read_poll_answer(connection.answer(), source, family, job, wall_now());
}

class polling_connection final : public appliance_connection
{
public:
    explicit polling_connection(std::shared_ptr<appliance_link> link) :
        polling_(std::make_shared<polling>(std::move(link)))
    {
    }
    ~polling_connection() override
    {
        if (polling_.use_count() > 1) // a call is under way, and keeps the connection until it has ended
            polling_->connection.abort();
    }

    asio::awaitable<poll_answer>
    poll(const request_way& way, const kind& family, std::string_view job, std::string_view jwt) override
    {
        return poll_once(polling_, way, family, job, jwt);
    }

    void abort() override { polling_->connection.abort(); }
    bool connected() const override { return polling_->connection.connected(); }

private:
    std::shared_ptr<polling> polling_;
};

// Token requests under way, each on a connection of its own.
struct token_desk
{
    explicit token_desk(std::shared_ptr<appliance_link> to) : link(std::move(to)) {}

    std::shared_ptr<appliance_link> link;
    std::vector<std::weak_ptr<https_connection>> under_way;

    std::shared_ptr<https_connection> make_connection()
    {
        std::erase_if(under_way, [](const auto& one) { return one.expired(); });
        auto made = std::make_shared<https_connection>(link);
        under_way.push_back(made);
        return made;
    }

    void abort()
    {
        for (const auto& one : under_way)
            if (const auto connection = one.lock())
                connection->abort();
    }
};

// A connection for each token request: they are rare, and must not be repeated because a kept connection was
// stale.
asio::awaitable<grant_answer>
ask_for_token(std::shared_ptr<token_desk> desk, const request_way& way, secret_text body, secret_text secret)
{
    const auto connection = desk->make_connection();
    const node_address& node = connection->choose_node(way.node);
    const secret_text request(token_request(node, body.view()));
    const std::string_view text = request.view();
    const auto asked = co_await connection->exchange(text, way);
    if (asked.has_error())
        co_return asked.error();
    answer_source source;
    source.host = host_and_port(node);
    source.secret = secret.view();
    auto answer = read_grant_answer(connection->answer(), source, wall_now());
    wipe(connection->answer().body);
    connection->close();
    co_return answer;
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

asio::awaitable<grant_answer> login_once(std::shared_ptr<token_desk> desk, const request_way& way)
{
    const appliance_settings& appliance = desk->link->settings;
    auto read = read_login_secret(appliance);
    if (read.has_error())
        co_return no_token(read.error().text);
    secret_text secret = std::move(*read);
    if (appliance.credential == credential_form::token_file)
        co_return token_of_file(secret.view(), appliance.token_file);
    secret_text body(login_body(appliance, secret.view()));
    auto answer = co_await ask_for_token(std::move(desk), way, std::move(body), std::move(secret));
    co_return answer;
}

class https_appliance_api final : public appliance_api
{
public:
    explicit https_appliance_api(std::shared_ptr<appliance_link> link) :
        desk_(std::make_shared<token_desk>(std::move(link)))
    {
    }
    ~https_appliance_api() override { desk_->abort(); }

    std::unique_ptr<appliance_connection> make_connection() override
    {
        return std::make_unique<polling_connection>(desk_->link);
    }

    asio::awaitable<grant_answer> login(const request_way& way) override { return login_once(desk_, way); }

    asio::awaitable<grant_answer> refresh(const request_way& way, std::string_view refresh_token) override
    {
        secret_text secret{std::string(refresh_token)};
        secret_text body(refresh_body(desk_->link->settings, refresh_token));
        return ask_for_token(desk_, way, std::move(body), std::move(secret));
    }

    void abort() override { desk_->abort(); }

    std::string secret_stamp() const override { return credential_files_stamp(desk_->link->settings); }

private:
    std::shared_ptr<token_desk> desk_;
};

} // namespace

explained<std::unique_ptr<appliance_api>> make_https_appliance(
    asio::any_io_executor executor, const appliance_settings& appliance, lookup_function lookup,
    link_news say)
{
    if (appliance.nodes.empty())
        return failure{
            make_error_code(boost::system::errc::invalid_argument),
            "appliance " + appliance.name + " has no node to ask"};
    std::string tls_stamp = tls_files_stamp(appliance); // before the reading, so that no change is missed
    auto tls = make_tls_context(appliance);
    if (tls.has_error())
        return tls.error();
    auto link = std::make_shared<appliance_link>();
    link->executor = executor;
    link->settings = appliance;
    link->tls = std::move(*tls);
    link->ticker = std::make_shared<deadline_ticker>(executor, tick_for(appliance));
    link->tls_stamp = std::move(tls_stamp);
    link->say = std::move(say);
    if (appliance.proxy)
        link->proxy = std::make_unique<appliance_proxy>(executor, *appliance.proxy, lookup);
    for (const node_address& node : appliance.nodes)
        link->nodes.push_back(std::make_unique<appliance_node>(executor, node, lookup));
    return std::unique_ptr<appliance_api>(std::make_unique<https_appliance_api>(std::move(link)));
}

} // namespace jobwatch
