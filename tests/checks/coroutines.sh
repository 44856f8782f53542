#!/bin/bash
# Searches our C++ for the coroutine patterns that g++ 12.2 compiles wrongly.
cd "${1:-.}" || exit 2
mapfile -t files < <(tests/checks/sources.sh)
tests/checks/coroutines.pl "${files[@]}" && echo "${#files[@]} files"
