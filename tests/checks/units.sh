#!/bin/bash
# systemd understands every line of our units, as configured in build/check/systemd. Its exit code says nothing of
# unknown keys or bad values, so any word on stderr counts; but that the program is not installed here is no fault.
cd "${1:-.}" || exit 2
command -v systemd-analyze >/dev/null || { echo "skipped: no systemd-analyze here" && exit 0; }
units=(build/check/systemd/*.service build/check/systemd/*.socket)
[[ -e ${units[0]} ]] || { echo "build/check/systemd holds no units: run ./dev check" && exit 1; }

complaints=$(systemd-analyze verify --man=no "${units[@]}" 2>&1 >/dev/null |
    grep -v -e 'Command .*/jobwatchd is not executable: No such file or directory')
if [[ -n $complaints ]]; then
    printf "%s\n" "$complaints" "mend the units in systemd/ (the paths above are their configured copies)"
    exit 1
fi
echo "${#units[@]} units"
