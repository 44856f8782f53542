#include "options.hpp"

#include "time_text.hpp"

#include <CLI/CLI.hpp>
#include <boost/asio/ip/address.hpp>

#include <cmath>

namespace jobwatch::simulator
{

namespace
{

constexpr auto purpose =
    R"(cm-simulator: an HTTPS server that answers as a CipherTrust Manager does about its jobs.

It makes its own certificate authority, prints where it listens, whom it lets in and where its CA is, one
"name=value" a line, and runs until SIGTERM or SIGINT; then it prints its ledger: what it was asked.)";

constexpr auto hints = R"(
Durations: 250ms, 1.5s, 5m, 1h.  Ranges: 0.2s..2s, or one duration.

Fates of a job, for --fates: instant (over before the first poll), short, long, failed, error, partial
(completed, but not all versions), aborted (completed with abort true), endless.

Kinds of jobs, for --kind: google/update-all-versions, google/synchronization, aws/synchronization, aws/bulk,
azure/synchronization, dsm/refresh, scheduler/job and more; README.md lists all, "all" means all.

Faults, for --weather: {"fault":"status","status":429,"retry_after":"30s","class":"read","times":3}; others
are redirect, document, delay, reset, close, never, trickle, big_header, big_body, gzip, wrong_length, garbage,
extra, http10; README.md has all their members.

The simulator's own paths, without a token: GET /simulator/ledger, /ledger/requests, /ledger/pace, /fates,
/weather; POST /simulator/jobs, /password, /tokens/revoke, /weather, /ledger/reset (all below /simulator).
Nodes and proxy: GET /nodes; POST /nodes/1 {"state":"refusing"} (or up, silent, closing, handshake_fails,
starting, auth_down; with "for":"3s"; or "steps":[...]; or "lag":"2s"), /nodes/1/restart,
/proxy {"mode":"refuse","status":407}, /token-file, /lockout.

Example: cm-simulator --make-jobs 5 --ids-file ids.txt --ready-file ready.txt)";

CLI::Option* add_duration(
    CLI::App& app, const std::string& name, const std::string& text, duration least,
    const std::function<void(duration)>& into)
{
    const std::string above = least > duration{0} ? " above 0" : "";
    const auto read = [least, into, name, above](const std::string& value)
    {
        const auto length = parse_duration(value);
        if (!length || *length < least)
            throw CLI::ValidationError(
                name, "'" + value + "' is no duration such as 250ms, 1.5s or 5m" + above);
        into(*length);
    };
    return app.add_option_function<std::string>(name, read, text)->type_name("DURATION");
}

void add_range(CLI::App& app, const std::string& name, const std::string& text, span& into)
{
    const auto read = [name, &into](const std::string& value)
    {
        const auto range = parse_span(value);
        if (!range || range->low <= duration{0})
            throw CLI::ValidationError(name, "'" + value + "' is no range such as 0.2s..2s");
        into = *range;
    };
    app.add_option_function<std::string>(name, read, text)->type_name("RANGE");
}

std::string check_address(const std::string& value)
{
    boost::system::error_code ec;
    boost::asio::ip::make_address(value, ec);
    return ec ? "'" + value + "' is no IP address" : std::string();
}

std::string check_port(const std::string& value)
{
    const bool digits =
        !value.empty() && value.size() <= 5 && value.find_first_not_of("0123456789") == std::string::npos;
    return digits && std::stoul(value) <= 65535 ? std::string()
                                                : "'" + value + "' is no port from 0 to 65535";
}

std::string check_clock(const std::string& value)
{
    const bool known = value == "start" || value == "first-read";
    return known ? std::string() : "'" + value + "' is neither start nor first-read";
}

void add_server_options(CLI::App& app, options& into)
{
    app.add_option("--address", into.address, "IP address to listen on")
        ->capture_default_str()
        ->type_name("IP")
        ->check(CLI::Validator(check_address, ""));
    app.add_option("--port", into.port, "port to listen on; 0: any free one")
        ->capture_default_str()
        ->check(CLI::Validator(check_port, ""))
        ->type_name("PORT");
    app.add_option(
           "--directory", into.directory,
           "where ca.pem and password are written, made when missing "
           "(default: a fresh one, removed at the end)")
        ->type_name("DIR");
    app.add_option(
           "--ready-file", into.ready_file,
           "written with the printed lines once listening; removed at the end")
        ->type_name("FILE");
    app.add_option(
           "--certificate-host", into.certificate_hosts,
           "host name or address the certificate speaks for, instead of localhost, 127.0.0.1 and ::1; "
           "repeatable")
        ->type_name("NAME")
        ->take_all()
        ->expected(1);
    app.add_flag(
        "--expired-certificate", into.expired_certificate, "serve a certificate that ended yesterday");
    app.add_option(
           "--identity", into.identity_file,
           "serve the certificate in this file (PEM, its key in it, too) instead of one of our own; whoever "
           "asks must trust its authority, not the ca_file that is printed")
        ->type_name("FILE");
    add_duration(
        app, "--idle-timeout", "silent connections are closed after this [2m]", duration{1},
        [&into](duration length) { into.idle_timeout = length; });
    app.add_option(
           "--gzip-above", into.writer.gzip_above, "bodies of more bytes are compressed when gzip is offered")
        ->capture_default_str()
        ->type_name("BYTES");
    app.add_option("--chunk-size", into.writer.chunk_size, "bytes in a chunk of a body")
        ->capture_default_str()
        ->check(CLI::Range(1, 16 * 1024 * 1024))
        ->type_name("BYTES");
    app.add_option(
           "--ledger-records", into.ledger_records,
           "so many requests are kept in the ledger's time line, about 50 bytes each")
        ->capture_default_str()
        ->check(CLI::Range(0, 100'000'000))
        ->type_name("N");
    app.add_flag("--verbose", into.verbose, "a line on standard error for each request");
}

// "pass", "hang", "cut", "refuse" or "refuse:407".
std::optional<std::string> read_proxy_mode(std::string_view text, options& into)
{
    const std::size_t colon = text.find(':');
    const auto mode = proxy_mode_named(text.substr(0, colon));
    const std::string status(colon == std::string_view::npos ? "" : text.substr(colon + 1));
    const bool three_digits =
        status.size() == 3 && status.find_first_not_of("0123456789") == std::string::npos && status >= "400";
    if (!mode || (colon != std::string_view::npos && (*mode != proxy_mode::refuse || !three_digits)))
        return "'" + std::string(text) + "' is none of pass, refuse, refuse:407, hang, cut";
    into.proxy = *mode;
    if (three_digits)
        into.proxy_refusal = static_cast<unsigned>(std::stoul(status));
    return std::nullopt;
}

// "2=0s..2s", or "2s" for all nodes but the first.
std::optional<node_lag> read_lag(std::string_view text)
{
    node_lag read;
    const std::size_t sign = text.find('=');
    const std::string number(sign == std::string_view::npos ? "" : text.substr(0, sign));
    const auto lag = parse_span(text.substr(sign == std::string_view::npos ? 0 : sign + 1));
    const bool digits =
        !number.empty() && number.size() <= 3 && number.find_first_not_of("0123456789") == std::string::npos;
    if (!lag || (sign != std::string_view::npos && (!digits || std::stoul(number) == 0)))
        return std::nullopt;
    read.lag = *lag;
    if (digits)
        read.node = std::stoul(number) - 1;
    return read;
}

void add_lag_option(CLI::App& app, options& into)
{
    app.add_option_function<std::vector<std::string>>(
           "--node-lag",
           [&into](const std::vector<std::string>& values)
           {
               for (const std::string& value : values)
               {
                   const auto lag = read_lag(value);
                   if (!lag)
                       throw CLI::ValidationError(
                           "--node-lag", "'" + value + "' is nothing such as 2=2s, 2=0s..2s or 2s");
                   into.lags.push_back(*lag);
               }
           },
           "node 2 tells of jobs what was true so long ago: 2=2s, 2=0s..2s; 2s: all nodes but the first; "
           "repeatable")
        ->expected(1)
        ->take_all()
        ->type_name("N=RANGE");
}

void add_cluster_options(CLI::App& app, options& into)
{
    add_lag_option(app, into);
    app.add_option(
           "--nodes", into.nodes,
           "have a cluster of this many, each at a port of its own (after --port, when that is given)")
        ->capture_default_str()
        ->check(CLI::Range(1, 100))
        ->type_name("N");
    app.add_option(
           "--control-port", into.control_port,
           "port for the simulator's own paths alone, always there whatever the nodes do; 0: any free one")
        ->capture_default_str()
        ->check(CLI::Validator(check_port, ""))
        ->type_name("PORT");
    app.add_option_function<std::string>(
           "--proxy-port",
           [&into](const std::string& value)
           { into.proxy_port = static_cast<std::uint16_t>(std::stoul(value)); },
           "have an HTTP proxy (CONNECT alone, to the loopback alone), too; 0: at any free port")
        ->check(CLI::Validator(check_port, ""))
        ->type_name("PORT");
    app.add_option_function<std::string>(
           "--proxy-mode",
           [&into](const std::string& value)
           {
               if (const auto wrong = read_proxy_mode(value, into))
                   throw CLI::ValidationError("--proxy-mode", *wrong);
           },
           "what the proxy does: pass, refuse (403), refuse:407 (or another status), hang, cut [pass]")
        ->type_name("MODE");
}

void add_credential_options(CLI::App& app, options& into)
{
    app.add_option(
           "--token-file", into.token_file,
           "keep a good bearer token in this file, written again at half of its life")
        ->type_name("FILE");
    app.add_option("--refresh-token-file", into.refresh_token_file, "write a good refresh token to this file")
        ->type_name("FILE");
    app.add_flag_callback(
        "--opaque-tokens", [&into] { into.tokens = token_style::opaque; },
        "bearer tokens that are no JWT and tell their reader nothing");
    app.add_option_function<std::string>(
           "--lockout",
           [&into](const std::string& value)
           {
               const auto rule = parse_lockout(value);
               if (!rule)
                   throw CLI::ValidationError("--lockout", "'" + value + "' is nothing such as 3:5m");
               into.lockout = *rule;
           },
           "after so many wrong passwords in a row even the right one is refused for so long [never]")
        ->type_name("FAILURES:DURATION");
    app.add_option_function<std::string>(
           "--clock-ahead",
           [&into](const std::string& value)
           {
               const bool behind = value.starts_with('-');
               const auto length = parse_duration(std::string_view(value).substr(behind ? 1 : 0));
               if (!length)
                   throw CLI::ValidationError(
                       "--clock-ahead", "'" + value + "' is nothing such as 90s or -90s");
               into.clock_ahead = behind ? -*length : *length;
           },
           "the appliance's clock is ahead of ours by this, or behind (-90s) [0s]")
        ->type_name("DURATION");
}

void add_login_options(CLI::App& app, options& into)
{
    app.add_option("--user", into.user, "the one user who may log in")
        ->capture_default_str()
        ->type_name("NAME");
    app.add_option("--password", into.password, "its password (default: drawn at start, and printed)")
        ->type_name("WORD");
    app.add_option("--auth-domain", into.home.auth_domain, "the domain where the user is known")
        ->capture_default_str()
        ->type_name("NAME");
    app.add_option(
           "--auth-domain-path", into.home.auth_domain_path,
           "the path where the user is known, for logins that name one")
        ->type_name("PATH");
    app.add_option("--connection", into.home.connection, "the identity source that knows the user")
        ->capture_default_str()
        ->type_name("NAME");
    app.add_option(
           "--domain", into.domains,
           "a domain beside root, for logins that name it; its tokens see its jobs alone, and made jobs are "
           "of root "
           "and the others by turns; repeatable")
        ->type_name("NAME")
        ->expected(1)
        ->take_all();
    add_duration(
        app, "--token-duration", "life of a bearer token [300s]", duration{1},
        [&into](duration length) { into.token_duration = length; });
    add_duration(
        app, "--refresh-token-life", "life of every refresh token, whatever the client asks for", duration{1},
        [&into](duration length) { into.refresh_token_life = length; });
}

std::optional<std::string> read_kinds(const std::vector<std::string>& names, options& into)
{
    into.kinds.clear();
    for (const std::string& name : names)
    {
        const family* one = family_named(name);
        if (!one && name != "all")
            return "'" + name + "' is neither all nor one of " + family_names();
        for (const family& other : families())
            if (&other == one || !one)
                into.kinds.push_back(&other);
    }
    return std::nullopt;
}

void add_kind_option(CLI::App& app, options& into)
{
    app.add_option_function<std::vector<std::string>>(
           "--kind",
           [&into](const std::vector<std::string>& names)
           {
               if (const auto wrong = read_kinds(names, into))
                   throw CLI::ValidationError("--kind", *wrong);
           },
           "the kind of the jobs of --make-jobs; repeatable, then kinds take turns; all: one after another "
           "[google/update-all-versions]")
        ->expected(1)
        ->take_all()
        ->type_name("NAME");
}

void add_job_options(CLI::App& app, options& into)
{
    app.add_option("--seed", into.seed, "decides the fate of every job")
        ->capture_default_str()
        ->type_name("N");
    app.add_option_function<std::string>(
           "--fates",
           [&into](const std::string& value)
           {
               if (const auto wrong = read_weights(value, into.jobs))
                   throw CLI::ValidationError("--fates", *wrong);
           },
           "how often each fate is drawn "
           "[instant=15,short=40,long=10,failed=10,error=5,partial=12,aborted=8,endless=0]")
        ->type_name("FATE=WEIGHT,...");
    add_range(
        app, "--short", "life of a short job, and of most troubled ones [0.2s..2s]", into.jobs.brief_life);
    add_range(app, "--long", "life of a long job [10s..60s]", into.jobs.long_life);
    app.add_option("--speed", into.jobs.speed, "divides the life of all scripted jobs")
        ->capture_default_str()
        ->check(CLI::Range(0.001, 1e6))
        ->type_name("FACTOR");
    app.add_option("--versions", into.jobs.versions_high, "jobs have 1 to this many key versions")
        ->capture_default_str()
        ->check(CLI::Range(1, 10'000))
        ->type_name("N");
    app.add_option(
           "--jobs", into.document_files,
           "file of job documents, served byte for byte: a JSON array or one object after another; "
           "{\"document\":{...},\"after\":\"2s\"} is in progress until then; repeatable")
        ->type_name("FILE")
        ->expected(1)
        ->take_all();
    app.add_option("--make-jobs", into.make_jobs, "have this many scripted jobs from the start")
        ->capture_default_str()
        ->check(CLI::Range(0, 10'000'000))
        ->type_name("N");
    add_kind_option(app, into);
    add_duration(
        app, "--appears-after", "a new job is unknown (404) for so long, though it lives already [0s]",
        duration{0}, [&into](duration length) { into.appears_after = length; });
    app.add_option(
           "--ids-file", into.ids_file, "the ids of all jobs known at start are written here, one a line")
        ->type_name("FILE");
    app.add_option("--fates-file", into.fates_file, "and what becomes of the scripted ones, as JSON")
        ->type_name("FILE");
    app.add_option_function<std::string>(
           "--clock",
           [&into](const std::string& value)
           { into.clock = value == "start" ? life_begins::at_start : life_begins::at_first_read; },
           "when a job that nobody posted begins its life [first-read]")
        ->type_name("start|first-read")
        ->check(CLI::Validator(check_clock, ""));
}

void add_weather_options(CLI::App& app, options& into)
{
    add_duration(
        app, "--latency", "added to every answer [0s]", duration{0},
        [&into](duration length) { into.sky.latency = length; });
    add_duration(
        app, "--login-time", "added to every login and refresh [0s]", duration{0},
        [&into](duration length) { into.sky.login_time = length; });
    app.add_option(
           "--weather", into.weather_steps,
           "a fault or another change of the weather from the start, as JSON; repeatable; see README.md")
        ->type_name("JSON")
        ->expected(1)
        ->take_all();
    app.add_option(
           "--scenario", into.scenario_files,
           "file with a JSON array of such changes, each with its time since the start: "
           "[{\"at\":\"2s\",\"fault\":\"never\"},{\"at\":\"9s\",\"clear\":\"all\"}]; repeatable")
        ->type_name("FILE")
        ->expected(1)
        ->take_all();
}

} // namespace

std::optional<options> read_options(int argc, char** argv, int& exit_code)
{
    options read;
    CLI::App app(purpose, "cm-simulator");
    app.footer(hints);
    add_server_options(app, read);
    add_cluster_options(app, read);
    add_login_options(app, read);
    add_credential_options(app, read);
    add_job_options(app, read);
    add_weather_options(app, read);
    try
    {
        app.parse(argc, argv);
    }
    catch (const CLI::ParseError& error)
    {
        exit_code = app.exit(error) == 0 ? 0 : 2;
        return std::nullopt;
    }
    return read;
}

} // namespace jobwatch::simulator
