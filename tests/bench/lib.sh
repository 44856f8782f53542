# shellcheck shell=bash
# What the parts of the benchmark share: a simulator and a daemon of their own in a temporary directory, and their end.
# Expects `build`; gives `here`, `control`, `events`, `daemon_pid`, `simulator_pid`, and the simulator's ready file.

: "${build:?}"
simulator=$build/tests/simulator/cm-simulator
daemon=$build/daemon/jobwatchd/jobwatchd
client=$build/tests/bench/bench_client
bare=$build/tests/bench/bare_store
here=$(mktemp -d "${TMPDIR:-/tmp}/jobwatchd-bench.XXXXXX")
control=$here/control.sock
# shellcheck disable=SC2034 # used by the parts
events=$here/events.sock
started=()

die()
{
    printf 'bench: %s\n' "$*" >&2
    tail -n 5 "$here"/*.out >&2 || true
    exit 1
}

# Ends what this script started, last first, and forgets its files. What does not end in 20 s is killed.
end_all()
{
    local at tries
    for ((at = ${#started[@]} - 1; at >= 0; at--)); do
        kill "${started[at]}" 2>/dev/null || true
        for ((tries = 400; tries > 0; tries--)); do
            kill -0 "${started[at]}" 2>/dev/null || break
            pause 0.05
        done
        kill -KILL "${started[at]}" 2>/dev/null || true
        wait "${started[at]}" 2>/dev/null || true
    done
    started=()
    rm -rf "${here:?}"/*
}
trap 'end_all; rm -rf "${here:?}"' EXIT
trap 'exit 130' INT TERM

# The daemon has the first core to itself as far as we can say, the simulator and the client the second.
pin() # CORE COMMAND...
{
    local core=$1
    shift
    if (($(nproc) > 1)) && command -v taskset >/dev/null; then
        exec taskset -c "$core" "$@"
    fi
    exec "$@"
}

pause() { read -r -t "$1" <> <(:) || true; }

# Tries a command again and again until it succeeds, or a process has ended, or the time is up.
await() # SECONDS PID WHAT COMMAND...
{
    local tries=$(($1 * 20)) pid=$2 what=$3
    shift 3
    for (( ; tries > 0; tries--)); do
        ! "$@" >/dev/null 2>&1 || return 0
        kill -0 "$pid" 2>/dev/null || die "$what: the process has ended"
        pause 0.05
    done
    die "$what: not in time"
}

start_simulator() # OPTIONS...
{
    pin 1 "$simulator" --seed 7 --directory "$here" --ids-file "$here/ids.txt" --fates-file "$here/fates.json" \
        --ready-file "$here/ready.txt" "$@" >"$here/simulator.out" 2>&1 &
    simulator_pid=$!
    started+=("$simulator_pid")
    await 60 "$simulator_pid" "the simulator does not start" test -s "$here/ready.txt"
    # shellcheck disable=SC1091 # name=value lines, written by the simulator
    . "$here/ready.txt"
}

appliance_section() # NAME RATE BURST CONNECTIONS
{
    # shellcheck disable=SC2154 # from ready.txt
    cat <<END
[appliance.$1]
urls = ["$url"]
username = "$user"
password_file = "$password_file"
ca_file = "$ca_file"
requests_per_second = $2
burst = $3
connections = $4
END
}

# Its configuration comes on standard input, without paths.
start_daemon()
{
    mkdir -p "$here/state" "$here/logs"
    {
        cat
        printf '[paths]\nstate = "%s"\nlogs = "%s"\nruntime = "%s"\n' "$here/state" "$here/logs" "$here"
    } >"$here/jobwatchd.toml"
    NOTIFY_SOCKET='' pin 0 "$daemon" --config "$here/jobwatchd.toml" >"$here/daemon.out" 2>&1 &
    daemon_pid=$!
    started+=("$daemon_pid")
    await 30 "$daemon_pid" "the daemon does not start" "$client" status "$control"
}

field() { "$client" field "$control" "$1"; }

# Has a field of the status become at least (at most) this?
is_at_least() { (($(field "$1") >= $2)); }
is_at_most() { (($(field "$1") <= $2)); }

submit_all() # COUNT [OPTIONS...]
{
    local count=$1
    shift
    "$client" submit "$control" --ids "$here/ids.txt" --count "$count" --group 1000 "$@" >/dev/null ||
        die "the jobs could not be submitted"
}

# "least  median  greatest" of the numbers on standard input.
spread() # [FORM]
{
    sort -g | awk -v form="${1:-%12.0f}" '{ v[NR] = $1 }
        END { m = NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2
              printf "  " form " " form " " form, v[1], m, v[NR] }'
}

chapter() { printf '\n-- %s\n' "$*"; }
columns() { printf '  %12s %12s %12s\n' least median greatest; }
