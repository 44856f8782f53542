#include "wire/settings_file.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <regex>
#include <sstream>

using namespace jobwatch;

namespace
{

std::string sample()
{
    std::ifstream file(SAMPLE_CONFIGURATION);
    REQUIRE(file.is_open());
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

boost::system::result<settings, std::vector<settings_mistake>> parse(const std::string& text)
{
    return parse_settings(
        text, {"", "/etc/jobwatchd"}, [](const file_question&) -> std::optional<std::string> { return ""; });
}

} // namespace

TEST_CASE("the sample configuration lacks nothing but an appliance")
{
    const auto given = parse(sample());
    REQUIRE_FALSE(given.has_value());
    REQUIRE(given.error().size() == 1);
    CHECK(given.error().front().text.find("appliance") != std::string::npos);
}

TEST_CASE("with every line switched on the sample is valid, and shows the defaults")
{
    const auto given = parse(std::regex_replace(sample(), std::regex("(^|\n)#([[a-z])"), "$1$2"));
    if (!given)
        for (const settings_mistake& one : given.error())
            MESSAGE(describe(one, "jobwatchd.toml"));
    REQUIRE(given.has_value());
    const settings defaults;
    CHECK(given->submit.kind == defaults.submit.kind);
    CHECK(given->poll.schedule.first_after == defaults.poll.schedule.first_after);
    CHECK(given->poll.schedule.backoff == defaults.poll.schedule.backoff);
    CHECK(given->poll.schedule.min_interval == defaults.poll.schedule.min_interval);
    CHECK(given->poll.schedule.max_interval == defaults.poll.schedule.max_interval);
    CHECK(given->poll.overdue_after == defaults.poll.overdue_after);
    CHECK(given->poll.give_up_after == defaults.poll.give_up_after);
    CHECK(given->poll.lost_after_unseen == defaults.poll.lost_after_unseen);
    CHECK(given->poll.lost_after_seen == defaults.poll.lost_after_seen);
    CHECK(given->events.retain == defaults.events.retain);
    CHECK(given->events.rotate_size == defaults.events.rotate_size);
    CHECK(given->events.rotate_keep == defaults.events.rotate_keep);
    CHECK(given->control.clients == defaults.control.clients);
    CHECK(given->control.heartbeat == defaults.control.heartbeat);
    CHECK(given->control.stalled_reader_after == defaults.control.stalled_reader_after);
    CHECK(given->level == defaults.level);
    CHECK(given->paths.state == defaults.paths.state);
    CHECK(given->paths.logs == defaults.paths.logs);
    CHECK(given->paths.runtime == defaults.paths.runtime);

    const kind& added = given->kinds.at("luna/key");
    const kind usual = plain_kind("luna/key");
    CHECK(added.status_pointer == usual.status_pointer);
    CHECK(added.details == usual.details);
    CHECK(added.pending.size() == usual.pending.size() + 1);
    CHECK(given->kinds.at("google/update-all-versions").origin == kind_origin::overridden);

    const appliance_settings unset;
    const appliance_settings& prod = given->appliances.at("prod");
    CHECK(prod.verify == unset.verify);
    CHECK(prod.requests_per_second == unset.requests_per_second);
    CHECK(prod.burst == unset.burst);
    CHECK(prod.connections == unset.connections);
    CHECK(prod.connect_timeout == unset.connect_timeout);
    CHECK(prod.request_timeout == unset.request_timeout);
    CHECK(prod.retry_after_limit == unset.retry_after_limit);
    CHECK(prod.login_retry_after == unset.login_retry_after);
}

TEST_CASE("the other three credentials are valid as the sample writes them")
{
    const auto password = std::regex("\n#(username|password_file) =[^\n]*");
    const auto logins = std::regex("\n#(domain|auth_domain|auth_domain_path|connection) =[^\n]*");
    const auto with = [&](const std::string& form)
    {
        auto text = std::regex_replace(sample(), password, "");
        if (form == "token_file")
            text = std::regex_replace(text, logins, "");
        text = std::regex_replace(text, std::regex("\n# +(" + form + ") ="), "\n$1 =");
        text = std::regex_replace(text, std::regex("\n#([[a-z])"), "\n$1");
        const auto given = parse(text);
        REQUIRE_MESSAGE(given.has_value(), form);
        return given->appliances.at("prod");
    };
    CHECK(with("token_file").token_file.ends_with("prod.token"));
    CHECK(with("refresh_token_file").refresh_token_file.ends_with("prod.refresh-token"));
    const auto certificate = with("client_certificate_file|client_key_file|client_id");
    CHECK(certificate.client_certificate_file.ends_with("prod.crt"));
    CHECK(certificate.client_key_file.ends_with("prod.key"));
    CHECK_FALSE(certificate.client_id.empty());
}
