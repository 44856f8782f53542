#!/bin/bash
# Runs the checks that need no running program, all or the named ones: tests/checks/run.sh [NAME ...]
# Each check is a script of its own beside this one. It prints what is wrong as FILE:LINE: TEXT and how to mend it.
set -uo pipefail
here=$(dirname "$(readlink -f "$0")")
cd "$here/../.."
export LC_ALL=C.UTF-8 JOBS=${JOBS:-$(nproc)}

names=("$@")
((${#names[@]})) || names=(format floors coroutines shell units tidy) # the slowest last
failed=()
for name in "${names[@]}"; do
    if [[ ! -x $here/$name.sh ]]; then
        echo "FAILED  $name: there is no such check"
        failed+=("$name")
        continue
    fi
    begun=$SECONDS
    if output=$("$here/$name.sh" . 2>&1); then
        printf 'ok      %-11s %s (%d s)\n' "$name" "$(tail -n 1 <<<"$output")" $((SECONDS - begun))
    else
        printf 'FAILED  %s (%d s)\n%s\n' "$name" $((SECONDS - begun)) "$output"
        failed+=("$name")
    fi
done

if ((${#failed[@]})); then
    echo "checks failed: ${failed[*]}"
    exit 1
fi
echo "all checks passed: ${names[*]}"
