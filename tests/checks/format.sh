#!/bin/bash
# Every C++ file is formatted as .clang-format says.
cd "${1:-.}" || exit 2
mapfile -t files < <(tests/checks/sources.sh)
output=$(clang-format --dry-run -Werror "${files[@]}" 2>&1) && echo "${#files[@]} files" && exit 0
grep -E 'error:' <<<"$output" || echo "$output"
echo "mend it with: clang-format -i $(sed -n 's/^\([^: ]*\):[0-9]*:.*error:.*/\1/p' <<<"$output" | sort -u | tr '\n' ' ')"
exit 1
