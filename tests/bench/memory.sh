#!/bin/bash
# What a watch costs in memory: the daemon's resident memory with 0, 10,000 and 100,000 watches of endless jobs, none of
# which is polled yet, and again after a restart. Usage: memory.sh BUILD_DIR
set -euo pipefail
build=${1:?usage: memory.sh BUILD_DIR}
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib.sh"

few=10000
many=100000

start()
{
    start_daemon < <(
        appliance_section sim 1000 1000 8
        printf '[poll]\nfirst_after = "1h"\nmin_interval = "1h"\nmax_interval = "1h"\n'
    )
}

show() # WATCHES
{
    resident=$(field memory_bytes)
    records=$(field watch_memory_bytes)
    printf '  %9d watches: %6d KiB resident, of which %6d KiB are the watches as the daemon counts them\n' \
        "$1" $((resident / 1024)) $((records / 1024))
}

chapter "memory: bytes per watch"
start_simulator --make-jobs "$many" --fates endless=1
start
show 0
empty=$resident
submit_all "$few"
show "$few"
first=$resident
submit_all $((many - few)) --from "$few"
await 30 "$daemon_pid" "the watches are not there" is_at_least open "$many"
show "$many"
printf '  %d bytes per watch (0 to %d, with what is kept once), %d (%d to %d), %d as the daemon counts\n' \
    $(((resident - empty) / many)) "$many" $(((resident - first) / (many - few))) "$few" "$many" $((records / many))

kill "$daemon_pid"
wait "$daemon_pid" || die "the daemon did not stop in order"
start
show "$many"
printf '  %d bytes per watch after a restart (0 to %d)\n' $(((resident - empty) / many)) "$many"
