#!/bin/bash
# Runs every fuzz test of the question bank, and that of recordings, for FUZZTIME (default 60s) each. An input that is new is made smaller with a hundred tries:
# left alone, the fuzzer spends the whole minute on the first one.
set -euo pipefail
cd "$(dirname "$0")/../.."

time=${FUZZTIME:-60s}
found=0
output=$(mktemp)
trap 'rm -f "$output"' EXIT

# fuzz PACKAGE NAME : Go now and then calls it a failure that the time was over in the middle of an input
# (golang.org/issue/75804); an input that really fails is named and written down.
fuzz() {
    go test -run '^$' -fuzz "^$2\$" -fuzztime "$time" -fuzzminimizetime 100x "$1" 2>&1 | tee "$output" && return
    grep -qx ' *context deadline exceeded' "$output" && ! grep -q 'Failing input' "$output"
}

while read -r package; do
    while read -r name; do
        found=$((found + 1))
        echo "$package $name for $time"
        fuzz "$package" "$name"
    done < <(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true)
done < <(go list ./questionbank/... ./internal/exam/soundlength)

if [[ $found == 0 ]]; then
    echo "no fuzz test found" >&2
    exit 1
fi
