#!/bin/bash
# Submits acknowledged and events delivered per second. Every submit is durable when it is acknowledged, so this is
# also how fast the disk syncs: SQLite alone then inserts the same rows, in the same order, in transactions of as many
# watches as there are submits on their way. Usage: store.sh BUILD_DIR
set -euo pipefail
build=${1:?usage: store.sh BUILD_DIR}
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib.sh"

runs=${BENCH_RUNS:-2}
used=0 # ids that are watched by now
loads=() # "WHAT COUNT GROUP MEDIAN", for SQLite alone

# Runs a load several times with fresh ids; shows the spread, and the ratio to the first load.
submit() # WHAT COUNT ON_THEIR_WAY OPTIONS...
{
    local what=$1 count=$2 group=$3 run rates=()
    shift 3
    for ((run = 0; run < runs; run++)); do
        rates+=("$(pin 1 "$client" submit "$control" --ids "$here/ids.txt" --from "$used" --count "$count" "$@" |
            cut -d' ' -f1)")
        used=$((used + count))
    done
    local line median
    line=$(printf '%s\n' "${rates[@]}" | spread)
    median=$(awk '{ print $2 }' <<<"$line")
    alone=${alone:-$median}
    loads+=("$count $group $median $what")
    printf '%s  %s (x %s)\n' "$line" "$what" "$(awk -v a="$median" -v b="$alone" 'BEGIN { printf "%.1f", a / b }')"
}

# The same with SQLite alone.
submit_bare()
{
    local load count group median what run rates line done=0
    for load in "${loads[@]}"; do
        read -r count group median what <<<"$load"
        rates=()
        for ((run = 0; run < runs; run++)); do
            rates+=("$(pin 0 "$bare" "$here/state/state.db" "$here/bare.db" --from "$done" --count "$count" \
                --group "$group" | cut -d' ' -f1)")
            done=$((done + count))
        done
        line=$(printf '%s\n' "${rates[@]}" | spread)
        printf '%s  %s in a transaction (jobwatchd, %s: x %s)\n' "$line" "$group" "$what" \
            "$(awk -v a="$median" -v b="$(awk '{ print $2 }' <<<"$line")" 'BEGIN { printf "%.2f", a / b }')"
    done
}

deliver() # WHAT COMMAND OPTIONS...
{
    local what=$1 run rates=()
    shift
    for ((run = 0; run < runs; run++)); do
        rates+=("$(pin 1 "$client" "$1" "$control" "$events" "${@:2}" | tail -1 | cut -d' ' -f1)")
    done
    printf '%s  %s\n' "$(printf '%s\n' "${rates[@]}" | spread)" "$what"
}

live() # READERS
{
    local run rates=()
    for ((run = 0; run < runs; run++)); do
        rates+=("$(pin 1 "$client" live "$control" "$events" --readers "$1" --ids "$here/ids.txt" --from "$used" \
            --count 10000 --group 10000 | tail -1 | cut -d' ' -f1)")
        used=$((used + 10000))
    done
    printf '%s  to %d readers, live, while one request submits 10,000 jobs\n' \
        "$(printf '%s\n' "${rates[@]}" | spread)" "$1"
}

start_simulator --make-jobs $((runs * 60000)) --fates endless=1
start_daemon < <(
    appliance_section sim 1000 1000 8
    printf '[poll]\nfirst_after = "1h"\nmin_interval = "1h"\nmax_interval = "1h"\n'
)

chapter "store: submits acknowledged per second (ratio of the medians to the first line)"
columns
submit "one client, one at a time" 300 1
submit "10 clients, each one at a time" 2000 10 --clients 10
submit "one client, 64 on their way" 3000 1 --window 64 # carried out one after another
submit "100 clients, each one at a time" 5000 100 --clients 100
submit "one request with 10,000 ids" 10000 10000 --group 10000

chapter "events: deliveries per second, all readers together"
columns
deliver "to 1 reader, all kept events" read --readers 1
deliver "to 10 readers, the last 20,000 events" read --readers 10 --last 20000
deliver "to 100 readers, the last 5,000 events" read --readers 100 --last 5000
deliver "to 100 readers, the last 20,000 events" read --readers 100 --last 20000
live 1
live 10
live 100

kill "$daemon_pid"
wait "$daemon_pid" || die "the daemon did not stop in order"
chapter "store: the same submits with SQLite alone, watches per second"
columns
submit_bare
