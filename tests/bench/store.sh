#!/bin/bash
# Submits acknowledged and events delivered per second. Every submit is durable when it is acknowledged, so this is
# also how fast the disk syncs. Usage: store.sh BUILD_DIR
set -euo pipefail
build=${1:?usage: store.sh BUILD_DIR}
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib.sh"

runs=${BENCH_RUNS:-2}
used=0 # ids that are watched by now

# Runs a load several times with fresh ids; shows the spread, and the ratio to the first load.
submit() # WHAT COUNT OPTIONS...
{
    local what=$1 count=$2 run rates=()
    shift 2
    for ((run = 0; run < runs; run++)); do
        rates+=("$(pin 1 "$client" submit "$control" --ids "$here/ids.txt" --from "$used" --count "$count" "$@" |
            cut -d' ' -f1)")
        used=$((used + count))
    done
    local line median
    line=$(printf '%s\n' "${rates[@]}" | spread)
    median=$(awk '{ print $2 }' <<<"$line")
    alone=${alone:-$median}
    printf '%s  %s (x %s)\n' "$line" "$what" "$(awk -v a="$median" -v b="$alone" 'BEGIN { printf "%.1f", a / b }')"
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

start_simulator --make-jobs $((runs * 50000)) --fates endless=1
start_daemon < <(
    appliance_section sim 1000 1000 8
    printf '[poll]\nfirst_after = "1h"\nmin_interval = "1h"\nmax_interval = "1h"\n'
)

chapter "store: submits acknowledged per second (ratio of the medians to the first line)"
columns
submit "one client, one at a time" 300
submit "one client, 64 on their way" 3000 --window 64
submit "100 clients, each one at a time" 5000 --clients 100
submit "one request with 10,000 ids" 10000 --group 10000

chapter "events: deliveries per second, all readers together"
columns
deliver "to 1 reader, all kept events" read --readers 1
deliver "to 100 readers, the last 5,000 events" read --readers 100 --last 5000
deliver "to 100 readers, the last 20,000 events" read --readers 100 --last 20000
live 1
live 100
