#!/bin/bash
# usage: manuals.sh JOBWATCHCTL JOBWATCHD. The manual pages render without a warning, and name each command, option,
# configuration key, event and method that the programs know, and no other. The programs themselves say what they
# know: in their help, and in what they answer to a wrong word.
set -uo pipefail
ctl=$(readlink -f "$1") daemon=$(readlink -f "$2")
cd "$(dirname "$(readlink -f "$0")")/../.." || exit 2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
failed=0

compare() # WHAT IN_THE_PROGRAM IN_THE_PAGE
{
    local differences
    if [[ -z $2 ]]; then
        echo "FAILED  $1: the program names none" && failed=1
    elif ! differences=$(diff <(sort -u <<<"$2") <(sort -u <<<"$3")); then
        printf 'FAILED  %s (< only in the program, > only in the page)\n%s\n' "$1" "$differences" && failed=1
    else
        echo "ok      $1: $(sort -u <<<"$2" | wc -l)"
    fi
}

# The lines of a page below `.Ss NAME...`, or below `.Sh NAME`.
section() # PAGE NAME
{
    awk -v name="$2" '/^\.S[sh] /{ inside = $2 == name } inside' "$1"
}

options_of_help() { sed -nE 's/^  (-h,)?--([a-z-]+).*/\2/p'; }
options_of_page() { grep '^\.It .*Fl Fl' | grep -oE 'Fl Fl [a-z-]+' | cut -d' ' -f3; }
words() { tr -d ' ' | tr , '\n'; }

for page in daemon/*/*.[1578]; do
    complaints=$(groff -ww -mandoc -Tutf8 -z "$page" 2>&1)
    [[ -z $complaints ]] || { printf 'FAILED  %s\n%s\n' "$page" "$complaints" && failed=1; }
done

page=daemon/jobwatchctl/jobwatchctl.1
commands=$("$ctl" --help | sed -n '/^Subcommands:/,/^$/ s/^  \([a-z-]*\) .*/\1/p')
compare "commands" "$commands" "$(sed -nE 's/^\.Ss ([a-z-]+).*/\1/p' $page)"
common=$(printf '%s\n' help json socket version)
compare "options of all commands" "$("$ctl" --help | options_of_help)" "$(section $page DESCRIPTION | options_of_page)"
for command in $commands; do
    own=$("$ctl" "$command" --help | options_of_help | grep -Fxv "$common")
    named=$(section $page "$command" | options_of_page)
    [[ -z $own$named ]] || compare "options of $command" "$own" "$named"
done

page=daemon/jobwatchd/jobwatchd.8
compare "options of jobwatchd" "$("$daemon" --help | options_of_help)" "$(section $page DESCRIPTION | options_of_page)"

page=daemon/jobwatchd/jobwatchd.toml.5
known_at() # HEADER: what the program says is known below it
{
    printf '%s\nzzzzzzzz = 1\n' "$1" >"$folder/wrong.toml"
    "$ctl" check-config "$folder/wrong.toml" 2>&1 | sed -n 's/.*zzzzzzzz is not known; known here are //p' | words
}

sections=$(sed -nE 's/^\.Ss (\[.*)/\1/p' $page)
compare "sections of the configuration" "$(known_at '')" "$(sed -E 's/^\[([a-z]+).*/\1/' <<<"$sections")"
for section in $sections; do
    header=${section/NAME]/x]}
    header=${header/\\(dqVENDOR\/NAME\\(dq/\"vendor\/name\"}
    known=$(known_at "$header")
    compare "keys of $header" "$known" \
        "$(awk -v name=".Ss $section" '/^\.S[sh] /{ inside = $0 == name } inside' $page | sed -nE 's/^\.It Ic (.*)/\1/p')"
    compare "keys of $header in etc/jobwatchd.toml" "$known" \
        "$(awk '/^#?\[/{ sub(/^#/, ""); sub(/\..*/, "]"); now = $0 } { print now "\t" $0 }' etc/jobwatchd.toml |
            awk -F'\t' -v name="${header/%.*/]}" '$1 == name { print $2 }' |
            sed -nE 's/^#? *([a-z_]+) = .*/\1/p')"
done

page=daemon/jobwatchd/jobwatchd-protocol.7
events=$("$ctl" follow --event zzzzzzzz 2>&1 | sed -n 's/.*events are //p')
compare "events" "$(words <<<"$events")" "$(section $page Events | sed -nE 's/^\.It Ic (.*)/\1/p')"
methods=$(sed -nE '/> methods\{\{/,/\}\};/ s/^ *\{"([a-z-]+)",.*/\1/p' lib/wire/control_commands.cpp)
compare "methods" "$methods" "$(section $page Methods | sed -nE 's/^\.It Ic (.*)/\1/p')"
exit "$failed"
