#!/bin/bash
# The floors of the house: an #include only ever points down, and lib/core has no clock, socket, file or log sink.
# usage: floors.sh ROOT; prints FILE:LINE: what is wrong, and the rule.
cd "${1:-.}" || exit 2
here=$(dirname "$(readlink -f "$0")")
mapfile -t files < <("$here/sources.sh" .)

awk '
# floor -> the floors it may include; what is not named here (daemon, tests) may include every floor of lib.
BEGIN {
    may["core"] = "core"
    may["wire"] = "core wire"
    may["engine"] = "core engine"
    may["io"] = "core wire engine io"
    may["simulator"] = "core" # it shares no parsing with lib/wire: a misreading must not agree with itself
    may["crash"] = "nothing of lib" # the checker must not read with the code that it checks
    banned_in_core = "^(boost/(asio|beast)|spdlog/|sqlite3|openssl/|systemd/|zlib|toml|CLI/|sys/|unistd|fcntl|" \
        "netinet/|arpa/|fstream|iostream|thread|mutex|condition_variable|future|random_device)"
}

function complain(text) { printf "%s:%d: %s\n", FILENAME, FNR, text; bad = 1 }

function among(name, list) { return index(" " list " ", " " name " ") > 0 }

function check_include(path, quoted,    first)
{
    first = path
    sub(/\/.*/, "", first)
    if (path ~ /(^|\/)\.\.?\//)
        complain("\"" path "\": write includes from lib/, such as \"core/error.hpp\", without . and ..")
    else if (in_lib && (first == "daemon" || first == "tests"))
        complain("\"" path "\": lib includes nothing of " first "; only daemon and tests sit above it")
    else if (floor in may && first in may && first != "simulator" && !among(first, may[floor]))
        complain("\"" path "\": " floor " may include only: " may[floor])
    else if (in_lib && quoted && !(first in may))
        complain("\"" path "\": write includes from lib/, such as \"core/error.hpp\"")
    else if (floor == "core" && !quoted && path ~ banned_in_core)
        complain("<" path ">: core holds rules and values: no clock, no socket, no file, no thread, no log sink")
}

FNR == 1 {
    in_lib = FILENAME ~ /^(\.\/)?lib\//
    floor = ""
    if (match(FILENAME, /lib\/(core|wire|engine|io)\//))
        floor = substr(FILENAME, RSTART + 4, RLENGTH - 5)
    else if (FILENAME ~ /tests\/simulator\//)
        floor = "simulator"
    else if (FILENAME ~ /tests\/crash\//)
        floor = "crash"
    in_comment = 0
}

{
    line = $0
    if (in_comment) {
        if (line !~ /\*\//) next
        sub(/^.*\*\//, "", line)
        in_comment = 0
    }
    gsub(/\/\*[^*]*\*\//, "", line)
    sub(/\/\/.*/, "", line)
    if (line ~ /\/\*/) { sub(/\/\*.*/, "", line); in_comment = 1 }
}

line ~ /^[ \t]*#[ \t]*include[ \t]*["<]/ {
    path = line
    sub(/^[^"<]*["<]/, "", path)
    quoted = line ~ /include[ \t]*"/
    sub(/[">].*/, "", path)
    check_include(path, quoted)
    next
}

floor == "core" && line ~ /::now[ \t]*\(|[^_a-z.>]time[ \t]*\([ \t]*(NULL|nullptr|0)[ \t]*\)|clock_gettime|gettimeofday/ {
    complain("core never asks for the time: take it as an argument")
}

floor == "core" && line ~ /random_device/ {
    complain("core throws no dice: take a random number or a generator as an argument")
}

END { exit bad }
' "${files[@]}" || {
    echo "the rule: core < wire, engine < io < daemon; an #include only points down (see lib/CMakeLists.txt)"
    exit 1
}
echo "${#files[@]} files"
