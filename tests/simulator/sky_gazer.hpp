// For tests: an appliance without a network, and somebody who looks at it under whatever sky there is.
#pragma once

#include "files.hpp"
#include "stage.hpp"

#include <algorithm>
#include <string>

namespace jobwatch::simulator
{

inline const time_point start{std::chrono::seconds{1'764'000'000}};

// An appliance with two jobs, and somebody who reads them under whatever sky there is.
struct sky_gazer
{
    appliance box = make_appliance(with_password(), start);
    time_point now = start;
    std::string authorization;

    sky_gazer()
    {
        box.jobs.put({"one", R"({"id":"one"})", {}, {}}, start);
        box.jobs.put({"two", R"({"id":"two"})", {}, {}}, start);
        authorization = "Bearer " + box.tokens.log_in("jobwatch", {}, start).jwt;
    }

    answer ask(http::verb method, const std::string& path, const std::string& body, std::uint64_t node)
    {
        request asked;
        asked.method = method;
        asked.path = std::string_view(path).substr(0, path.find('?'));
        asked.query = std::string_view(path).substr(std::min(path.size(), asked.path.size() + 1));
        asked.accept = "*/*";
        asked.content_type = "application/json";
        asked.authorization = authorization;
        asked.body = body;
        asked.node = node;
        return decide(box, asked, now);
    }
    answer get(const std::string& path) { return ask(http::verb::get, path, "", 0); }
    answer post(const std::string& path, const std::string& body)
    {
        return ask(http::verb::post, path, body, 0);
    }
    answer read(const std::string& job, std::uint64_t node = 0)
    {
        return ask(http::verb::get, "/api/v1/cckm/google/update-all-versions-jobs/" + job, "", node);
    }
    answer log_in()
    {
        return ask(
            http::verb::post, "/api/v1/auth/tokens", R"({"username":"jobwatch","password":"secret"})", 0);
    }
    unsigned status_of(const std::string& job) { return static_cast<unsigned>(read(job).status); }

    static options with_password()
    {
        options wanted;
        wanted.password = "secret";
        wanted.clock = life_begins::at_start;
        return wanted;
    }

    // Empty when the weather was taken as it is.
    std::string change(const std::string& text)
    {
        const auto wrong = change_weather(box, text, now);
        return wrong ? wrong->message : std::string();
    }
};

} // namespace jobwatch::simulator
