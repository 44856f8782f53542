#!/bin/bash
# Prints our C++ files below ROOT, those of git and the ones not added yet; git itself is not needed.
# The fixtures of the checks are wrong on purpose and therefore left out.
cd "${1:-.}" || exit 2
folders=()
for folder in lib daemon tests; do
    [[ ! -d $folder ]] || folders+=("$folder")
done
find "${folders[@]}" -path tests/checks/fixtures -prune -o -type f \( -name '*.cpp' -o -name '*.hpp' \) -print | sort
