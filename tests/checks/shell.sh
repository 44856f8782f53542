#!/bin/bash
# Every script can at least be read by its interpreter.
cd "${1:-.}" || exit 2
bad=0 count=0
while read -r file; do
    case $(head -n 1 "$file") in
    '#!/usr/bin/perl'*) perl -c "$file" 2>&1 | grep -v 'syntax OK$' && bad=1 ;;
    '#!/bin/sh'*) sh -n "$file" || bad=1 ;;
    *) bash -n "$file" || bad=1 ;;
    esac
    if head -n 1 "$file" | grep -q '^#!' && [[ ! -x $file ]]; then
        echo "$file:1: is not executable: chmod +x $file"
        bad=1
    fi
    count=$((count + 1))
done < <(
    echo dev
    find .ci tests daemon systemd etc -type f \( -name '*.sh' -o -name '*.pl' -o -path .ci/run \) 2>/dev/null | sort
)
((bad)) || echo "$count scripts"
exit "$bad"
