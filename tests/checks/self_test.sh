#!/bin/bash
# Do the checks find what they are for, and nothing else? In the fixtures every wrong line ends in "// BAD" (for the
# coroutines: "// BAD rule"); this compares those lines with what the checks report.
set -uo pipefail
here=$(dirname "$(readlink -f "$0")")
cd "$here/fixtures" || exit 2
failed=0

compare() # WHAT EXPECTED REPORTED
{
    local differences
    if differences=$(diff <(sort -u <<<"$2") <(sort -u <<<"$3")); then
        echo "ok      $1: $(sort -u <<<"$2" | grep -c .) wrong lines found, no others"
    else
        printf 'FAILED  %s (< not found, > found wrongly)\n%s\n' "$1" "$differences"
        failed=1
    fi
}

expected=$(cd floors && grep -rn '// BAD' . | cut -d: -f1,2 | sed 's|^\./||')
reported=$("$here/floors.sh" floors | grep -E '^[^ ]+:[0-9]+: ' | cut -d: -f1,2)
compare floors "$expected" "$reported"
! "$here/floors.sh" floors >/dev/null || { echo "FAILED  floors: exit code 0 for a bad tree" && failed=1; }

expected=$(cd coroutines && perl -ne 'while (m{// BAD (\w+)}g) { print "$ARGV:$.:$1\n" } close ARGV if eof' *.cpp)
reported=$(cd coroutines && "$here/coroutines.pl" *.cpp | sed -E 's/^([^:]+:[0-9]+): (\w+):.*/\1:\2/')
compare coroutines "$expected" "$reported"
! "$here/coroutines.pl" coroutines/bad.cpp >/dev/null || { echo "FAILED  coroutines: exit code 0" && failed=1; }
"$here/coroutines.pl" coroutines/good.cpp || failed=1
exit "$failed"
