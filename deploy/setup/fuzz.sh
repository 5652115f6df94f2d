#!/bin/bash
# Runs every fuzz test of the question bank, and that of recordings, for FUZZTIME (default 60s) each. An input that is new is made smaller with a hundred tries:
# left alone, the fuzzer spends the whole minute on the first one.
set -euo pipefail
cd "$(dirname "$0")/../.."

time=${FUZZTIME:-60s}
found=0
while read -r package; do
    while read -r name; do
        found=$((found + 1))
        echo "$package $name for $time"
        go test -run '^$' -fuzz "^$name\$" -fuzztime "$time" -fuzzminimizetime 100x "$package"
    done < <(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true)
done < <(go list ./questionbank/... ./internal/exam/soundlength)

if [[ $found == 0 ]]; then
    echo "no fuzz test found" >&2
    exit 1
fi
