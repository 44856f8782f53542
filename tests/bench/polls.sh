#!/bin/bash
# How much the daemon polls on one core and what a poll costs, by connections. Endless jobs with short intervals, so
# that more is always due than can be polled. Usage: polls.sh BUILD_DIR
set -euo pipefail
build=${1:?usage: polls.sh BUILD_DIR}
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib.sh"

jobs=2000
seconds=${BENCH_SECONDS:-2}
runs=${BENCH_RUNS:-3}

# System calls in a second, counted apart from the timing, since counting slows everything.
count_calls()
{
    command -v strace >/dev/null || return 0
    local before after
    before=$(field readings)
    timeout -s INT 1 strace -f -c -o "$here/calls" -p "$daemon_pid" >/dev/null 2>&1 || true
    after=$(field readings)
    [[ -s $here/calls ]] && ((after > before)) || return 0
    awk -v polls=$((after - before)) '
        $1 ~ /^[0-9.]+$/ && $NF != "total" { calls[$NF] = $4 }
        END { printf "  system calls per poll (one run under strace):"
              for (name in calls) if (calls[name] / polls >= 0.01) printf " %s %.2f", name, calls[name] / polls
              printf "\n" }' "$here/calls"
}

# The rate of an appliance is capped by the settings at 10,000 a second: several of them at one address make more.
measure() # APPLIANCES RATE CONNECTIONS_EACH JOBS
{
    local appliances=$1 rate=$2 connections=$3 number
    chapter "polls: $((appliances * connections)) connections, at most $((appliances * rate)) polls a second, $4 watches"
    start_simulator --make-jobs "$4" --fates endless=1 --token-duration 10m
    start_daemon < <(
        for ((number = 0; number < appliances; number++)); do
            appliance_section "a$number" "$rate" 1000 "$connections"
        done
        printf '[poll]\nfirst_after = "10ms"\nmin_interval = "10ms"\nmax_interval = "10ms"\n'
    )
    for ((number = 0; number < appliances; number++)); do
        submit_all $(($4 / appliances)) --appliance "a$number"
    done
    await 30 "$daemon_pid" "no poll is answered" is_at_least readings $((2 * $4))
    columns
    "$client" polls "$control" "$daemon_pid" --runs "$runs" --seconds "$seconds"
    count_calls
    end_all
}

measure 1 500 8 500
measure 1 10000 1 $jobs
measure 1 10000 8 $jobs
measure 4 10000 16 $jobs
