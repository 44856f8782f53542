// An authority, a rude server with a certificate of it, and an appliance that asks the server.
#pragma once

#include "io/appliance/https_appliance.hpp"
#include "support/rude_server.hpp"
#include "support/run_coroutine.hpp"
#include "support/temporary_directory.hpp"

#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace jobwatch::test
{

inline constexpr std::string_view asked_job = "778a1024-dc18-49cb-833b-cfd6c000c090";
inline constexpr std::string_view used_jwt = "eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl";
inline const std::string job_document =
    R"({"id":"778a1024-dc18-49cb-833b-cfd6c000c090","overall_status":"in_progress","operation":"disable"})";
inline const std::string not_found_body =
    R"({"code":16,"codeDesc":"NCERRResourceNotFound: Resource not found"})";
inline constexpr milliseconds short_limit{200}; // where reaching it is what is tested

inline kind asked_kind()
{
    for (const kind& one : built_in_kinds())
        if (one.name == default_kind)
            return one;
    throw std::runtime_error("there is no default kind");
}

inline lookup_answer loopback_lookup(const std::string&)
{
    lookup_answer answer;
    answer.addresses.push_back(asio::ip::address_v4::loopback());
    return answer;
}

class appliance_fixture
{
public:
    appliance_fixture()
    {
        write("ca.pem", authority.certificate());
        write("password", "open sesame\n");
        settings.name = "prod";
        settings.username = "jobwatch";
        settings.password_file = folder.file("password");
        settings.ca_file = folder.file("ca.pem");
    }

    void write(const std::string& name, std::string_view text) const
    {
        std::ofstream(folder.file(name), std::ios::binary) << text;
    }

    // With the usual certificate, unless another is given.
    void serve(std::vector<rude_script> scripts)
    {
        const identity usual = authority.issue();
        serve(usual, std::move(scripts));
    }
    void serve(const identity& shown, std::vector<rude_script> scripts)
    {
        server = std::make_unique<rude_server>(shown, std::move(scripts));
        settings.nodes = {{"cm.test", server->port(), ""}};
    }

    appliance_api& appliance()
    {
        if (!api)
            api = make_https_appliance(
                      context.get_executor(), settings, loopback_lookup,
                      [this](log_level level, const std::string& line) { news.emplace_back(level, line); })
                      .value();
        return *api;
    }

    poll_answer poll(appliance_connection& on)
    {
        const kind family = asked_kind();
        auto answer = run_coroutine(context, on.poll(way, family, asked_job, used_jwt));
        last_text = answer.has_error() ? answer.error().text : "a reading";
        return answer;
    }
    poll_answer poll()
    {
        if (!connection)
            connection = appliance().make_connection();
        return poll(*connection);
    }

    asking_error poll_error()
    {
        const poll_answer answer = poll();
        return answer.has_error() ? answer.error() : asking_error();
    }

    asio::io_context context;
    temporary_directory folder;
    test_authority authority{"Test Authority"};
    appliance_settings settings;
    std::unique_ptr<rude_server> server;
    std::vector<std::pair<log_level, std::string>> news; // what the appliance said of its files
    std::unique_ptr<appliance_api> api;
    std::unique_ptr<appliance_connection> connection;
    request_way way;       // of the polls and logins
    std::string last_text; // of the last poll, for INFO()
};

inline bool contains(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

} // namespace jobwatch::test
