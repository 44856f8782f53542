#!/bin/bash
# The benchmarks: the real daemon against the real simulator on the loopback. `./dev bench [PART ...]` calls it.
# Usage: run.sh BUILD_DIR [PART ...]; the parts are polls, memory, endings, readers, store and micro; all of them when none is
# named. What the figures mean, and what they do not, stands in README.md.
set -euo pipefail

build=$(readlink -f "${1:?usage: run.sh BUILD_DIR [PART ...]}")
shift
parts=(polls memory endings readers store micro)
folder=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")

describe_machine()
{
    local compiler
    compiler=$(awk -F= '/^CMAKE_CXX_COMPILER:/ { print $2 }' "$build/CMakeCache.txt")
    printf 'machine: %s cores, %s, Linux %s, load %s\n' "$(nproc)" \
        "$(awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo)" "$(uname -r)" "$(cut -d' ' -f1-3 /proc/loadavg)"
    printf 'build:   %s, %s\n' "$("$compiler" --version | head -1)" \
        "$(awk -F= '/^CMAKE_BUILD_TYPE:/ { print $2 }' "$build/CMakeCache.txt")"
}

if (($# == 0)); then set -- "${parts[@]}"; fi
for part; do
    if [[ " ${parts[*]} " != *" $part "* ]]; then
        printf 'bench: there is no part "%s"; there are: %s\n' "$part" "${parts[*]}" >&2
        exit 2
    fi
done

describe_machine
for part; do
    if [[ $part == micro ]]; then
        printf '\n-- micro: one step alone\n'
        "$build/tests/bench/micro_bench" --benchmark_min_time=0.2
    else
        "$folder/$part.sh" "$build"
    fi
done
