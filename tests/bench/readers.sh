#!/bin/bash
# 200 readers of events of which 50 never read, while 10,000 jobs end; and the same without the 50. What may not change:
# how late polls are, and how late the others are told. Usage: readers.sh BUILD_DIR
set -euo pipefail
build=${1:?usage: readers.sh BUILD_DIR}
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib.sh"

jobs=${BENCH_JOBS:-10000}
runs=${BENCH_RUNS:-2}

is_ready() { grep -q '^ready$' "$here/readers.out"; }

measure() # READING SILENT
{
    start_simulator --make-jobs "$jobs" --short 5s..20s --long 5s..20s --fates short=8,failed=1,partial=1
    start_daemon < <(appliance_section sim 10000 1000 8)
    local empty lag_worst=0 lag lag_medians=() peak
    empty=$(field memory_bytes)
    pin 1 "$client" readers "$control" "$events" --readers "$1" --silent "$2" --endings "$jobs" \
        >"$here/readers.out" 2>&1 &
    local readers_pid=$!
    started+=("$readers_pid")
    await 30 "$readers_pid" "the readers do not come" is_ready
    submit_all "$jobs"
    peak=$(field memory_bytes)
    while kill -0 "$readers_pid" 2>/dev/null; do
        lag=$(field lag_worst_ms)
        ((lag_worst >= lag)) || lag_worst=$lag
        lag_medians+=("$(field lag_median_ms)")
        ((peak >= $(field memory_bytes))) || peak=$(field memory_bytes)
        pause 0.2
    done
    wait "$readers_pid" || die "the readers were not told of every end: $(tail -n 1 "$here/readers.out")"
    printf '  %-12s poll lag: median %3d ms, worst %4d ms;  told after: median %3d ms, 99 %% %4d ms, worst %4d ms;  memory: +%d MiB\n' \
        "$1 and $2:" "$(printf '%s\n' "${lag_medians[@]}" | sort -n | sed -n "$(((${#lag_medians[@]} + 1) / 2))p")" \
        "$lag_worst" $(tail -n 1 "$here/readers.out") $(((peak - empty) / 1048576))
    end_all
}

chapter "readers: reading and silent ones, while $jobs jobs end within 20 s"
for ((run = 0; run < runs; run++)); do
    measure 150 0
    measure 150 50
done
