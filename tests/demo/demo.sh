#!/bin/bash
# The main job, shown: a simulated appliance, the real daemon, twenty jobs of different fates. `./dev demo` runs it.
# Usage: demo.sh BUILD_DIR. Everything happens on the loopback and in a temporary directory; nothing is left running.
set -euo pipefail

build=$(readlink -f "${1:?usage: demo.sh BUILD_DIR}")
simulator=$build/tests/simulator/cm-simulator
daemon=$build/daemon/jobwatchd/jobwatchd
ctl=$build/daemon/jobwatchctl/jobwatchctl
here=$(mktemp -d "${TMPDIR:-/tmp}/jobwatchd-demo.XXXXXX")
started=()

bold=$'\e[1m' dim=$'\e[2m' plain=$'\e[0m'
if [[ ! -t 1 || -n ${NO_COLOR:-} ]]; then bold='' dim='' plain=''; fi

# Ends what this script started, last first, and waits for each.
cleanup()
{
    local at
    for ((at = ${#started[@]} - 1; at >= 0; at--)); do
        kill "${started[at]}" 2>/dev/null || true
        wait "${started[at]}" 2>/dev/null || true
    done
    started=()
    rm -rf "$here"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

chapter() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
show() { printf '%s$ %s%s\n' "$dim" "$*" "$plain"; }
die()
{
    printf 'demo: %s\n' "$*" >&2
    tail -n 20 "$here"/*.out >&2 || true
    exit 1
}

# Waits until a file is there and not empty, or the process that makes it has ended.
await_file() # FILE PID WHAT
{
    local tries
    for ((tries = 0; tries < 400; tries++)); do
        [[ ! -s $1 ]] || return 0
        kill -0 "$2" 2>/dev/null || die "$3 ended early"
        read -r -t 0.05 <> <(:) || true # no busy loop
    done
    die "$3 did not start in time"
}

start_simulator()
{
    "$simulator" --seed 21 --make-jobs 20 --clock first-read --short 1s..4s --long 6s..13s \
        --fates instant=3,short=5,long=5,failed=2,error=1,partial=2,aborted=2 \
        --directory "$here" --ids-file "$here/ids.txt" --fates-file "$here/fates.json" \
        --ready-file "$here/ready.txt" >"$here/simulator.out" 2>&1 &
    started+=($!)
    await_file "$here/ready.txt" $! "the simulator"
    # shellcheck disable=SC1091 # name=value lines, written by the simulator
    . "$here/ready.txt"
}

write_configuration()
{
    cat >"$here/jobwatchd.toml" <<END
[appliance.demo]
urls = ["$url"]
username = "$user"
password_file = "$password_file"
ca_file = "$ca_file"

[poll] # quicker than the defaults, so that the demo is short
first_after = "500ms"
min_interval = "500ms"

[paths]
state = "$here/state"
logs = "$here/logs"
runtime = "$here"
END
    mkdir -p "$here/state" "$here/logs"
}

start_daemon()
{
    NOTIFY_SOCKET='' "$daemon" --config "$here/jobwatchd.toml" >"$here/daemon.out" 2>&1 &
    started+=($!)
    daemon_pid=$!
    for ((tries = 0; tries < 400; tries++)); do
        ! "$ctl" version >/dev/null 2>&1 || return 0
        kill -0 "$daemon_pid" 2>/dev/null || die "the daemon ended early"
        read -r -t 0.05 <> <(:) || true
    done
    die "the daemon did not answer in time"
}

submit_jobs()
{
    local first
    first=$(head -n 1 "$here/ids.txt")
    show "printf '%s\\n' $first | nc -N -U control.sock"
    printf '%s\n' "$first" | nc -N -U "$here/control.sock"
    show "jobwatchctl submit --label change=CHG-1 - < the other nineteen ids"
    tail -n +2 "$here/ids.txt" | "$ctl" submit --label change=CHG-1 - >"$here/submitted.txt"
    printf '%s more watches, each on disk before it was acknowledged\n' "$(wc -l <"$here/submitted.txt")"
}

# Prints completions as they are noticed; between them, on a terminal, a progress line.
watch_them_end()
{
    local line ended=0 total
    total=$(wc -l <"$here/ids.txt")
    while ((ended < total)); do
        if read -r -t 0.2 line <&"$1"; then
            ended=$((ended + 1))
            [[ ! -t 1 ]] || printf '\r\e[K'
            printf '%2d of %d  %s\n' "$ended" "$total" "$line"
        elif ! kill -0 "$daemon_pid" 2>/dev/null; then
            die "the daemon ended early"
        fi
        [[ ! -t 1 ]] || printf '\r\e[K%s%d of %d ended, %d s%s' "$dim" "$ended" "$total" "$SECONDS" "$plain"
        ((SECONDS < 60)) || die "not all jobs ended within a minute"
    done
    [[ ! -t 1 ]] || printf '\r\e[K'
}

# What each job really did (the simulator knows) against what was told: "OUTCOME REALLY TOLD" lines.
compare_outcomes()
{
    local outcome really told wrong=0
    for outcome in succeeded partial failed cancelled; do
        really=$(grep -o '"outcome":"'$outcome'"' "$here/fates.json" | wc -l)
        told=$(grep '"event":"job.finished"' "$here/logs/events.jsonl" | grep -c '"outcome":"'$outcome'"' || true)
        printf '  %-10s %2d jobs really, %2d told\n' "$outcome" "$really" "$told"
        ((really == told)) || wrong=1
    done
    ((wrong == 0)) || die "what was told is not what happened"
}

for program in "$simulator" "$daemon" "$ctl"; do
    [[ -x $program ]] || die "$program is not built; ./dev demo builds it"
done
export JOBWATCHD_SOCKET=$here/control.sock
mkfifo "$here/completions"

chapter "1. A simulated CipherTrust Manager"
start_simulator
printf 'It listens at %s with a certificate of its own CA. Twenty long-running jobs (enable, disable, destroy\n' "$url"
printf 'versions of Google Cloud keys) are about to run there; some will fail, end partially, or be cancelled.\n'

chapter "2. jobwatchd, the daemon under test, told where that is"
write_configuration
sed 's/^/    /' "$here/jobwatchd.toml" | sed '/^ *$/d' | head -n 6
start_daemon
printf 'Running as process %s and answering on its socket; nothing to watch yet.\n' "$daemon_pid"
nc -U "$here/events.sock" </dev/null >"$here/socket.jsonl" &
started+=($!)
"$ctl" follow --from begin --event job.finished >"$here/completions" 2>"$here/follow.out" &
started+=($!)
exec {completions}<"$here/completions"

chapter "3. Somebody hands over the job ids, through a Unix socket"
submit_jobs

chapter "4. Each job is polled over HTTPS, ever more slowly, until it ends; then everybody is told"
SECONDS=0
watch_them_end "$completions"

chapter "5. The same endings, for programs and for people"
show "tail -n 1 events.jsonl"
tail -n 1 "$here/logs/events.jsonl" | cut -c 1-400
show "grep -c job.finished events.jsonl; the same from events.sock"
in_file=$(grep -c '"event":"job.finished"' "$here/logs/events.jsonl")
for ((tries = 0; tries < 100; tries++)); do
    on_socket=$(grep -c '"event":"job.finished"' "$here/socket.jsonl" || true)
    ((on_socket < in_file)) || break
    read -r -t 0.05 <> <(:) || true
done
printf '%s in the file, %s on the socket\n' "$in_file" "$on_socket"
grep '"event":"job.finished"' "$here/logs/events.jsonl" | cmp - <(grep '"event":"job.finished"' "$here/socket.jsonl") ||
    die "the file and the socket differ"
show "tail -n 2 jobwatchd.log"
grep -v 'daemon' "$here/logs/jobwatchd.log" | tail -n 2

chapter "6. In sum"
compare_outcomes
show "jobwatchctl status"
"$ctl" status
printf '\nDone in %s s. Try it yourself: README.md.\n' "$SECONDS"
