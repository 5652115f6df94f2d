#!/bin/bash
# Tries `make run` as the README describes it: it serves and a printed account
# can log in, Ctrl-C ends everything, the next start takes seconds, and after
# kill -9 the one after that recovers. Takes LISTEN and DATA as make does. For a
# machine (or process namespace) where no other PostgreSQL runs.
set -euo pipefail
cd "$(dirname "$0")/../.."

export LISTEN=${LISTEN:-127.0.0.1:8080}
output=$(mktemp)
trap 'rm -f "$output"' EXIT
set -m # every job gets a process group of its own, as from a terminal

fail() {
    cat "$output"
    echo "$0: $*" >&2
    exit 1
}

# post PATH JSON : the first line of the answer
post() {
    exec 3<>"/dev/tcp/${LISTEN%:*}/${LISTEN##*:}"
    printf 'POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s' \
        "$1" "$LISTEN" "${#2}" "$2" >&3
    head -n 1 <&3
    exec 3>&-
}

start() {
    local began=$SECONDS login password
    make run >"$output" 2>&1 &
    job=$!
    until grep -q 'Ctrl-C' "$output"; do
        kill -0 "$job" 2>/dev/null || fail "make run ended"
        sleep 0.2
    done
    took=$((SECONDS - began))
    read -r login password _ < <(grep -m 1 '^  hr1 ' "$output")
    [[ $(post /api/v1/sessions "{\"login\":\"$login\",\"password\":\"$password\"}") == *" 201 "* ]] || fail "$login can't log in"
    echo "serves after $took s"
}

# stop SIGNAL : sends it to make and the program, and sees that PostgreSQL ends too.
stop() {
    kill "-$1" -- "-$job"
    wait "$job" 2>/dev/null || true
    for _ in {1..100}; do
        grep -qsxE 'peikao|postgres' /proc/[0-9]*/comm || return 0
        sleep 0.1
    done
    fail "something still runs after SIG$1"
}

start
stop INT
start
((took < 15)) || fail "the second start took $took s"
stop KILL
start
stop INT
