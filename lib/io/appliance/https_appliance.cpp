#include "io/appliance/https_appliance.hpp"

#include "io/appliance/appliance_requests.hpp"
#include "io/appliance/secret_file.hpp"
#include "wire/token_message.hpp"

#include <vector>

namespace jobwatch
{

namespace
{

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
    auto answer = co_await request_job(on->connection, way, on->request, family, job, jwt);
    co_return answer;
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
refresh_once(std::shared_ptr<token_desk> desk, const request_way& way, secret_text body, secret_text secret)
{
    const auto connection = desk->make_connection();
    const std::string_view text = body.view();
    const std::string_view shown = secret.view();
    auto answer = co_await request_token(*connection, way, text, shown);
    wipe(connection->answer().body);
    connection->close();
    co_return answer;
}

asio::awaitable<grant_answer> login_once(std::shared_ptr<token_desk> desk, const request_way& way)
{
    const auto connection = desk->make_connection();
    auto answer = co_await request_login(*connection, way);
    wipe(connection->answer().body);
    connection->close();
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
        return refresh_once(desk_, way, std::move(body), std::move(secret));
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
    auto link = make_appliance_link(executor, appliance, std::move(lookup), std::move(say));
    if (link.has_error())
        return link.error();
    return std::unique_ptr<appliance_api>(std::make_unique<https_appliance_api>(std::move(*link)));
}

} // namespace jobwatch
