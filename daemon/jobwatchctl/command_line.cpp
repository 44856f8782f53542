#include "jobwatchctl/command_line.hpp"

#include "jobwatchctl/commands.hpp"
#include "jobwatchctl/ids.hpp"
#include "jobwatchctl/option_checks.hpp"
#include "jobwatchctl/stop_signals.hpp"

#include <CLI/CLI.hpp>

#include <cstdlib>
#include <functional>
#include <iostream>

namespace jobwatch::ctl
{

namespace
{

constexpr const char* exit_codes_text =
    "Exit codes: 0 done, 1 refused, 2 wrong command line, 3 not known, 69 daemon not reachable,\n"
    "77 not permitted, 78 bad configuration. Of wait, the worst of the set in this order: 10 failed,\n"
    "13 lost, 11 partial, 12 cancelled, 14 abandoned, 15 removed; 0 all succeeded; 124 time limit.";

constexpr const char* ids_text = "job ids; \"-\" reads them from standard input, one a line (blank lines and "
                                 "what follows # are skipped)";

constexpr const char* rows_text =
    "On a terminal: a table. Else one line a watch, tab-separated, - for nothing:\n"
    "watch, appliance, kind, job, state, outcome, overall_status, submitted_at, ended_at.\n"
    "The state is open, ended, or unconfigured: open, but its appliance or kind is not in the "
    "configuration.\n";

constexpr const char* wait_text = "Watches are meant as they are when asked: of a job its newest one. "
                                  "Restarts of the daemon are waited out.\n"
                                  "Exit code: 124 if the time limit passed (standard error says what is "
                                  "still open); else that of the worst\n"
                                  "outcome: 10 failed, 13 lost, 11 partial, 12 cancelled, 14 abandoned, 15 "
                                  "removed; else 3 if some were not\n"
                                  "known; 0 if all succeeded.\n";

constexpr const char* check_config_text =
    "All mistakes are told at once, with file, line, key, value and what is allowed; exit code 78. Files "
    "that\n"
    "the configuration names are read, too.\n"
    "With --connect each appliance is then tried from this machine, step by step, and what fails is told "
    "with\n"
    "the reason and what to do; exit code 1 if anything failed. It logs in to each appliance once (with a\n"
    "token_file not at all); a node that does not serve is told, and the next one asked in its place, but\n"
    "never after a refusal. It cannot know of logins that a daemon has "
    "seen\n"
    "refused: where an account is locked after a few, make sure of the password first. Read is a job whose "
    "id\n"
    "is made up; the appliance's own \"not found\" is then what is wanted.\n"
    "Run it as a user who may read the files, as root or jobwatchd.\n"
    "Examples:\n"
    "  jobwatchctl check-config ./jobwatchd.toml\n"
    "  jobwatchctl check-config --connect --appliance prod\n"
    "  jobwatchctl check-config --connect --appliance prod --job 778a1024-dc18-49cb-833b-cfd6c000c090";

class command_line
{
public:
    explicit command_line(console& io);

    exit_code run(int argc, const char* const* argv);

private:
    using action = std::function<exit_code(const surroundings&)>;

    CLI::App* add(const char* name, const char* what, const std::string& examples, action run);
    void add_common(CLI::App& to);
    void add_ids(CLI::App& to);
    void add_labels(CLI::App& to, const char* what);
    void add_place(CLI::App& to);
    void add_timeout(CLI::App& to);

    void add_submit();
    void add_list();
    void add_show();
    void add_explain();
    void add_wait();
    void add_follow();
    void add_changes();
    void add_rest();
    void add_check_config();

    exit_code carry_out();
    watch_selection selection();
    std::optional<milliseconds> timeout() const;

    console& io_;
    CLI::App app_{"jobwatchctl: tells jobwatchd which jobs to watch, and shows how they end"};
    action chosen_;

    // What the commands' options are read into; one command is run, so that they share.
    std::string socket_;
    bool json_ = false;
    std::vector<std::string> ids_;
    std::vector<watch_number> watches_;
    std::vector<std::string> labels_;
    std::string appliance_;
    std::string kind_;
    std::string timeout_;
    std::string limit_;
    std::string config_ = "/etc/jobwatchd/jobwatchd.toml";
    std::string job_;
    std::string backup_;
    bool any_ = false;
    bool connect_ = false;
    submit_options submit_;
    list_options list_;
    follow_options follow_;
};

command_line::command_line(console& io) : io_(io)
{
    app_.set_version_flag("--version", std::string("jobwatchctl ") + JOBWATCHD_VERSION);
    app_.require_subcommand(1);
    app_.footer(
        std::string("The daemon is reached at --socket PATH, else $JOBWATCHD_SOCKET, else\n")
        + link_settings().path + ". jobwatchctl COMMAND --help tells more, with examples.\n\n"
        + exit_codes_text);
    add_common(app_);
    add_submit();
    add_list();
    add_show();
    add_explain();
    add_wait();
    add_follow();
    add_changes();
    add_rest();
}

// --- options --------------------------------------------------------------------------------------------------

CLI::App* command_line::add(const char* name, const char* what, const std::string& examples, action run)
{
    CLI::App* const command = app_.add_subcommand(name, what);
    command->footer("\n" + examples);
    command->callback([this, run = std::move(run)] { chosen_ = run; });
    add_common(*command);
    return command;
}

void command_line::add_common(CLI::App& to)
{
    to.add_option("--socket", socket_, "the daemon's control socket")->type_name("PATH");
    to.add_flag("--json", json_, "print the daemon's own objects, one a line");
}

void command_line::add_ids(CLI::App& to)
{
    to.add_option("IDS", ids_, ids_text)->type_name("");
    to.add_option("--watch", watches_, "a watch by its number; may be repeated")
        ->type_name("N")
        ->allow_extra_args(false)
        ->check(CLI::Validator(check_watch, "", ""));
}

void command_line::add_labels(CLI::App& to, const char* what)
{
    to.add_option("--label", labels_, what)->type_name("NAME=VALUE")->allow_extra_args(false);
}

void command_line::add_place(CLI::App& to)
{
    to.add_option("--appliance", appliance_, "the appliance, as the configuration names it")
        ->type_name("NAME")
        ->check(CLI::Validator(check_name, "", ""));
    to.add_option("--kind", kind_, "the kind of job, such as google/update-all-versions")
        ->type_name("NAME")
        ->check(CLI::Validator(check_name, "", ""));
}

void command_line::add_timeout(CLI::App& to)
{
    to.add_option("--timeout", timeout_, "wait at most so long; the exit code is then 124")
        ->type_name("DURATION")
        ->check(CLI::Validator(check_duration, "", ""));
}

// --- commands -------------------------------------------------------------------------------------------------

void command_line::add_submit()
{
    CLI::App* const command =
        add("submit", "have jobs watched",
            "When it returns, every job that was not refused is on the daemon's disk. What is refused is "
            "told on\n"
            "standard error, and the exit code is 1. Output: job, watch and what it is: \"new\", \"open\" "
            "(it was\n"
            "watched already), or the outcome of a watch that has ended (then --again opens a new one).\n"
            "Examples:\n"
            "  jobwatchctl submit 778a1024-dc18-49cb-833b-cfd6c000c090\n"
            "  jobwatchctl submit --label change=CHG-1 --wait - < ids.txt && echo all succeeded",
            [this](const surroundings& around)
            {
                submit_.jobs = selection().jobs;
                submit_.appliance = appliance_;
                submit_.kind = kind_;
                submit_.labels = labels_of(labels_);
                submit_.timeout = timeout();
                return run_submit(submit_, around);
            });
    command->add_option("IDS", ids_, ids_text)->required()->type_name("");
    add_place(*command);
    add_labels(*command, "kept with the watch and its events; may be repeated");
    const CLI::Validator limit(check_limit, "", "");
    command->add_option("--overdue-after", submit_.overdue_after, "tell when it takes longer than this")
        ->type_name("DURATION")
        ->check(limit);
    command->add_option("--give-up-after", submit_.give_up_after, "end the watch, as abandoned, after this")
        ->type_name("DURATION")
        ->check(limit);
    command->add_flag("--again", submit_.again, "watch anew what has ended before");
    command->add_flag("--wait", submit_.wait, "then do as wait does with them, instead of printing them");
    add_timeout(*command);
}

void command_line::add_list()
{
    CLI::App* const command =
        add("list", "list watches, oldest first",
            std::string(rows_text)
                + "Examples:\n  jobwatchctl list --state open\n"
                  "  jobwatchctl list --outcome failed --outcome partial --label change=CHG-1 --json",
            [this](const surroundings& around)
            {
                list_.appliance = appliance_;
                list_.kind = kind_;
                list_.labels = labels_of(labels_);
                if (!limit_.empty() && limit_ != "all")
                    list_.limit = std::stoull(limit_);
                return run_list(list_, around);
            });
    command->add_option("--state", list_.state, "open, ended or all (default)")
        ->type_name("STATE")
        ->check(CLI::IsMember({"open", "ended", "all"}));
    command->add_option("--outcome", list_.outcomes, "only such endings; may be repeated")
        ->type_name("OUTCOME")
        ->allow_extra_args(false)
        ->check(
            CLI::IsMember({"succeeded", "partial", "failed", "cancelled", "lost", "abandoned", "removed"}));
    add_place(*command);
    add_labels(*command, "only watches that carry it; may be repeated");
    command->add_option("--limit", limit_, "at most so many; 0 or all (default): every one")
        ->type_name("N")
        ->check(CLI::Validator(check_count, "", ""));
}

void command_line::add_show()
{
    CLI::App* const command =
        add("show", "show all that is known of one watch",
            "Of a job, its newest watch. The document is the appliance's own text.\nExamples:\n"
            "  jobwatchctl show 778a1024-dc18-49cb-833b-cfd6c000c090\n"
            "  jobwatchctl show --watch 17 --json",
            [this](const surroundings& around)
            {
                const watch_selection which = selection();
                if (which.jobs.size() + which.watches.size() != 1)
                    throw wrong_usage{"show: expected is one job id or one --watch N"};
                if (which.jobs.empty())
                    return run_show({"", which.watches.front()}, around);
                return run_show({which.jobs.front(), 0}, around);
            });
    add_ids(*command);
}

void command_line::add_explain()
{
    add_ids(*add(
        "explain", "say in plain words why watches are where they are",
        "For each: its state, the last answer, the next poll and the reason for its time, the token, the "
        "nodes,\n"
        "what would end it, and what you can do. Of a job, its newest watch. For programs: --json.\n"
        "Examples:\n  jobwatchctl explain 778a1024-dc18-49cb-833b-cfd6c000c090\n"
        "  jobwatchctl explain --watch 17 --json",
        [this](const surroundings& around) { return run_explain(selection(), around); }));
}

void command_line::add_wait()
{
    CLI::App* const command =
        add("wait", "wait until watches have ended, and print each that has",
            std::string(wait_text) + rows_text
                + "Examples:\n  jobwatchctl wait 778a1024-dc18-49cb-833b-cfd6c000c090 && echo succeeded\n"
                  "  jobwatchctl wait --label change=CHG-1 --timeout 10m",
            [this](const surroundings& around)
            {
                wait_wish wish;
                wish.labels = labels_of(labels_);
                if (wish.labels.empty())
                    wish.which = selection();
                else if (!ids_.empty() || !watches_.empty())
                    throw wrong_usage{"wait: either ids and --watch, or --label"};
                wish.until = any_ ? wait_until::any : wait_until::all;
                wish.timeout = timeout();
                return wait_for_watches(wish, around);
            });
    add_ids(*command);
    add_labels(*command, "all watches that carry it when asked; may be repeated (all must match)");
    command->add_flag("--any", any_, "until one of them has ended, instead of all");
    add_timeout(*command);
}

void command_line::add_follow()
{
    CLI::App* const command =
        add("follow", "print events as they happen",
            "It goes on across restarts of the daemon, without hole or repeat; what cannot be had any more "
            "is told on\n"
            "standard error as a gap. The cursor file is written after what it covers was printed, and wins "
            "over\n"
            "--from once it is there. SIGINT, SIGTERM and a closed output end it with 0.\n"
            "Examples:\n"
            "  jobwatchctl follow --event job.finished\n"
            "  jobwatchctl follow --from begin --cursor-file /var/lib/me/cursor --json | my-program",
            [this](const surroundings& around)
            {
                follow_.appliance = appliance_;
                follow_.labels = labels_of(labels_);
                surroundings stoppable = around;
                const stop_signals signals;
                stoppable.link.leave = {signals.descriptor(), io_.out_descriptor};
                return run_follow(follow_, stoppable);
            });
    command->add_option("--from", follow_.from, "tail (default), begin, or LOG:SEQ: after that event")
        ->type_name("PLACE")
        ->check(CLI::Validator(check_start, "", ""));
    command
        ->add_option("--cursor-file", follow_.cursor_file, "keep the place here, to go on after it next time")
        ->type_name("FILE");
    command->add_option("--event", follow_.events, "only events of this type; may be repeated")
        ->type_name("TYPE")
        ->allow_extra_args(false)
        ->check(CLI::Validator(check_event, "", ""));
    command->add_option("--appliance", appliance_, "only events of this appliance")
        ->type_name("NAME")
        ->check(CLI::Validator(check_name, "", ""));
    add_labels(*command, "only events of watches that carry it; may be repeated");
}

void command_line::add_changes()
{
    add_ids(*add(
        "remove", "end watches without waiting for their jobs (the jobs themselves go on)",
        "The watch ends as removed. Examples:\n  jobwatchctl remove 778a1024-dc18-49cb-833b-cfd6c000c090\n"
        "  jobwatchctl remove --watch 17 --watch 18",
        [this](const surroundings& around) { return run_remove(selection(), around); }));
    add_ids(*add(
        "poll", "ask the appliance about watches now, within its budget",
        "Examples:\n  jobwatchctl poll --watch 17\n  jobwatchctl poll - < ids.txt",
        [this](const surroundings& around) { return run_poll(selection(), around); }));
}

void command_line::add_rest()
{
    add("status", "show how the daemon and its appliances are", "Example:\n  jobwatchctl status",
        [](const surroundings& around) { return run_status(around); });
    add("kinds", "list the kinds of jobs that the daemon knows, with their paths and words",
        "On a terminal: a table, and what the words of a status mean. Else one line a kind, tab-separated, - "
        "for\n"
        "nothing, words with commas between them: name, origin (built_in, overridden by the configuration, "
        "or\n"
        "configured there), path, status, details, pending, succeeded, failed, cancelled.\n"
        "Example:\n  jobwatchctl kinds",
        [](const surroundings& around) { return run_kinds(around); });
    add("version", "show the versions of jobwatchctl and of the daemon, and the id of its event log",
        "Example:\n  jobwatchctl version --json",
        [](const surroundings& around) { return run_version(around); });
    CLI::App* const backup =
        add("backup", "have the daemon write a copy of its state, while it runs",
            "The daemon writes FILE, with its own rights: a new file (0600) in a directory where its user "
            "may write "
            "and\n"
            "that is none of its own; as installed, /var/backups/jobwatchd. Nothing is ever written over "
            "another file.\n"
            "To restore: stop the daemon, put the copy in the place of state.db (its owner's, 0600), remove "
            "state.db-wal\n"
            "and state.db-shm, start. What events.jsonl tells beyond the copy is learned from that file.\n"
            "Example:\n  jobwatchctl backup /var/backups/jobwatchd/$(date +%F).db",
            [this](const surroundings& around) { return run_backup(backup_, around); });
    backup->add_option("FILE", backup_, "where the copy is put")->required()->type_name("");
    add_check_config();
}

void command_line::add_check_config()
{
    CLI::App* const command =
        add("check-config", "check a configuration file, and the way to its appliances, without a daemon",
            check_config_text,
            [this](const surroundings& around)
            {
                if (connect_)
                    return run_check_config(config_, around, connect_wish{appliance_, kind_, job_});
                if (!appliance_.empty() || !kind_.empty() || !job_.empty())
                    throw wrong_usage{"check-config: --appliance, --kind and --job go with --connect"};
                return run_check_config(config_, around);
            });
    command->add_option("FILE", config_, "the file (default " + config_ + ")")->type_name("");
    command->add_flag("--connect", connect_, "try each appliance: resolve, connect, TLS, login, one read");
    add_place(*command);
    command->add_option("--job", job_, "read this job, instead of one that is made up")->type_name("ID");
}

// --- running --------------------------------------------------------------------------------------------------

watch_selection command_line::selection()
{
    auto ids = read_ids(ids_, io_.in);
    if (!ids)
        throw wrong_usage{ids.error().text};
    watch_selection which{std::move(*ids), watches_};
    if (which.jobs.empty() && which.watches.empty())
        throw wrong_usage{"which jobs? no ids were given"};
    return which;
}

std::optional<milliseconds> command_line::timeout() const
{
    if (timeout_.empty())
        return std::nullopt;
    return *parse_duration(timeout_);
}

exit_code command_line::carry_out()
{
    surroundings around{io_, {}, json_ ? output_form::json : output_form::readable};
    const char* const environment = std::getenv("JOBWATCHD_SOCKET");
    if (!socket_.empty())
        around.link.path = socket_;
    else if (environment != nullptr && *environment != '\0')
        around.link.path = environment;
    return chosen_(around);
}

exit_code command_line::run(int argc, const char* const* argv)
{
    try
    {
        app_.parse(argc, argv);
        return finish(io_, carry_out());
    }
    catch (const CLI::ParseError& error)
    {
        const int code = app_.exit(error, io_.out, io_.err);
        io_.out.flush();
        io_.err.flush();
        return code == 0 ? exit_code::ok : exit_code::usage;
    }
    catch (const wrong_usage& wrong)
    {
        io_.complain(wrong.text);
        return exit_code::usage;
    }
}

} // namespace

exit_code run_command_line(int argc, const char* const* argv, console& io)
{
    return command_line(io).run(argc, argv);
}

} // namespace jobwatch::ctl
