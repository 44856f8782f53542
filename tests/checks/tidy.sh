#!/bin/bash
# clang-tidy (.clang-tidy) over what we ship and the simulator, as configured in build/check. The tests' own files are
# left out: they are many, and a mistake in them shows when they run. A file that passed is not asked again until it,
# a header of ours or .clang-tidy changes.
cd "${1:-.}" || exit 2
compile_commands=build/check/compile_commands.json
[[ -r $compile_commands ]] || { echo "$compile_commands is missing: run ./dev check" && exit 1; }
stamps=$PWD/build/check/tidy
mkdir -p "$stamps"

mapfile -t files < <(sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$compile_commands" | sort -u |
    sed "s|^$PWD/||" | grep -E '^(lib|daemon|tests/simulator)/' | grep -v '^lib/boost_compiled.cpp$')
newest_header=$(find .clang-tidy lib daemon tests/simulator \( -name '*.hpp' -o -name .clang-tidy \) \
    -printf '%T@ %p\n' 2>/dev/null | sort -n | tail -n 1 | cut -d' ' -f2-)

due=()
for file in "${files[@]}"; do
    stamp=$stamps/${file//\//+}
    [[ $stamp -nt $file && $stamp -nt $newest_header ]] || due+=("$file")
done

tidy_one()
{
    local output
    if output=$(timeout 180 clang-tidy -p build/check --quiet "$1" 2>/dev/null); then
        touch "$stamps/${1//\//+}"
    else
        [[ -n $output ]] || output="$1:1: clang-tidy crashed or took longer than 180 s"
        echo "${output//$PWD\//}"
        return 1
    fi
}
export -f tidy_one
export stamps

((${#due[@]} == 0)) || printf '%s\0' "${due[@]}" |
    xargs -0 -n 1 -P "${JOBS:-2}" bash -c 'tidy_one "$1"' tidy || {
    echo "mend the above; a finding that is wrong is silenced in its line: // NOLINT(name): why"
    exit 1
}
echo "${#files[@]} files, ${#due[@]} of them new or changed"
