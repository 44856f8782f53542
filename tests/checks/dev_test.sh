#!/bin/bash
# How the dev script installs packages, against a machine that is made up: dpkg-query, apt-get, sudo and id are
# scripts in a folder of ours, so nothing is installed and no privilege is needed.
set -uo pipefail
here=$(dirname "$(readlink -f "$0")")
dev=$(readlink -f "$here/../../dev")
machine=$(mktemp -d)
trap 'rm -rf "$machine"' EXIT
failed=0

program() # NAME BODY
{
    printf '#!/bin/bash\n%s\n' "$2" >"$machine/bin/$1"
    chmod +x "$machine/bin/$1"
}

# A machine on which everything but the named packages is installed, and we are USER.
new_machine() # UID MISSING...
{
    rm -rf "$machine/bin" "$machine/apt.log"
    mkdir "$machine/bin"
    for tool in bash env sed sort grep dirname readlink cat mktemp; do
        ln -s "$(command -v "$tool")" "$machine/bin/$tool"
    done
    program id "echo $1"
    shift
    program dpkg-query "for package in \"\${@:4}\"; do [[ ' $* ' == *\" \$package \"* ]] ||
        echo \"\$package installed\"; done"
    program apt-get "echo \"\$DEBIAN_FRONTEND: \$*\" >>'$machine/apt.log'"
}

run_setup() { (cd / && PATH=$machine/bin DEV_NO_INSTALL=${no_install:-} "$dev" setup 2>&1); }
log() { cat "$machine/apt.log" 2>/dev/null; }

expect() # SENTENCE COMMAND...
{
    local sentence=$1
    shift
    if "$@"; then
        echo "ok      $sentence"
    else
        printf 'FAILED  %s\n--- said:\n%s\n--- apt-get was called with:\n%s\n' "$sentence" "$output" "$(log)"
        failed=1
    fi
}
says() { [[ $output == *"$1"* ]]; }
calls() { [[ $(log) == *"$1"* ]]; }
calls_nothing() { [[ -z $(log) ]]; }

new_machine 0
output=$(run_setup)
expect 'apt is left alone when nothing is missing' calls_nothing

new_machine 0 ninja-build clang
output=$(run_setup)
expect 'what is missing is named' says 'installing 2 missing packages: clang ninja-build'
expect 'the package lists are fetched first' calls 'update'
expect 'only what is missing is installed, without questions and recommendations' \
    calls 'install --no-install-recommends clang ninja-build'
expect 'apt asks no questions' calls 'noninteractive: '

new_machine 1000 ninja-build
output=$(run_setup)
code=$?
expect 'without root and sudo it says what to install' says 'As root: apt-get install ninja-build'
expect 'and fails' test "$code" = 1
expect 'and does not try' calls_nothing

new_machine 1000 ninja-build
program sudo "echo sudo \"\$@\" >>'$machine/apt.log'"
output=$(run_setup)
expect 'sudo is used by an ordinary user, and not to ask where nobody can answer' calls 'sudo -n env DEBIAN_FRONTEND'

new_machine 0 ninja-build
program apt-get "[[ \$* == *update* ]]"
output=$(run_setup)
code=$?
expect 'a failing apt is said and ends it' says 'could not be installed'
expect 'with a failure' test "$code" = 1

new_machine 0 ninja-build
rm "$machine/bin/apt-get"
output=$(run_setup)
expect 'another system is told what is needed' says 'this is no Debian'

new_machine 0 ninja-build
no_install=1
output=$(run_setup)
expect 'DEV_NO_INSTALL keeps apt out of it' calls_nothing
exit "$failed"
