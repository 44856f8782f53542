#!/bin/bash
# 10,000 watches at once, which all end: how long that takes, how late the polls are, and whether each has exactly one
# job.finished. Usage: endings.sh BUILD_DIR
set -euo pipefail
build=${1:?usage: endings.sh BUILD_DIR}
# shellcheck source=tests/bench/lib.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/lib.sh"

jobs=10000

is_all_logged() { (($(field logged) >= $(field head))); }

# Lives of 1 to 5 seconds, and the settings of a large appliance.
chapter "endings: $jobs watches at once, jobs of 1 to 5 seconds"
start_simulator --make-jobs "$jobs" --short 1s..5s --long 1s..5s --fates short=8,failed=1,partial=1
start_daemon < <(
    appliance_section sim 10000 1000 8
    printf '[poll]\nfirst_after = "500ms"\nmin_interval = "500ms"\n'
)
begun=${EPOCHREALTIME/./}
submit_all "$jobs"
submitted=${EPOCHREALTIME/./}
lag_worst=0
while (($(field open) > 0)); do
    ((lag_worst >= $(field lag_worst_ms))) || lag_worst=$(field lag_worst_ms)
    kill -0 "$daemon_pid" 2>/dev/null || die "the daemon has ended"
    ((${EPOCHREALTIME/./} - begun < 120000000)) || die "not all jobs have ended within two minutes"
    pause 0.05
done
ended=${EPOCHREALTIME/./}
await 30 "$daemon_pid" "events.jsonl lags behind" is_all_logged

awk -v a=$((submitted - begun)) -v b=$((ended - begun)) 'BEGIN {
    printf "  %.2f s until all are acknowledged, %.2f s until all have ended\n", a / 1e6, b / 1e6 }'
printf '  %d polls; poll lag at the end: median %d ms; worst seen: %d ms; memory %d KiB\n' \
    "$(field readings)" "$(field lag_median_ms)" "$lag_worst" $(($(field memory_bytes) / 1024))

# Each job of the list exactly once, and no other.
sed -n 's/.*"event":"job.finished".*"job":"\([^"]*\)","outcome".*/\1/p' "$here/logs/events.jsonl" |
    sort >"$here/finished.txt"
sort "$here/ids.txt" | cmp -s - "$here/finished.txt" ||
    die "events.jsonl holds $(wc -l <"$here/finished.txt") job.finished, not exactly one for each of $jobs jobs"
printf '  checked: exactly one job.finished for each of the %d jobs\n' "$jobs"
