#!/bin/bash
# Checks for what building and running Peikao needs, and installs what is
# missing from Debian's packages. Says what it installs before it does.
#
#   install.sh           what `make run` needs
#   install.sh --test    also what `make test` needs
#   install.sh --long    also what `make durability` needs
#
# Where it may not install (no root, no sudo, no apt) it names the packages and
# ends with 1. With everything there it prints nothing.
#
# SETUP_ROOT goes before every absolute path that is looked at, for its test.
set -euo pipefail

root=${SETUP_ROOT:-}
with_tests=false
with_long=false
missing=()

usage() {
    echo "usage: $0 [--test | --long]" >&2
    exit 2
}

have() { command -v "$1" >/dev/null 2>&1; }

# some FILE... : does one of these files exist? Takes unmatched patterns too.
some() {
    local file
    for file in "$@"; do
        [[ -e $file ]] && return 0
    done
    return 1
}

# need PACKAGES WHAT-FOR
need() { missing+=("$1|$2"); }

# An older Go can't read go.mod; from 1.21 on, Go fetches the release that go.mod asks for.
go_is_old() { [[ $(go env GOVERSION) =~ ^go1\.([0-9]+) ]] && ((BASH_REMATCH[1] < 21)); }

check_go() {
    have go && ! go_is_old && return
    echo "Go is missing or too old (Debian's own is): install it from https://go.dev/dl/ and put it on PATH." >&2
    exit 1
}

check_run() {
    some "$root"/usr/lib/postgresql/*/bin/initdb || have initdb || need postgresql "the database server"
    have node || need nodejs "the build of styles and scripts"
    have npm || need npm "the build of styles and scripts"
    have pdftoppm || need poppler-utils "PDF pages as pictures"
    have ffmpeg || need ffmpeg "the demo's video and sound"
    some "$root"/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf || need fonts-lxgw-wenkai "Chinese text in the demo's slides and video"
}

check_test() {
    have gcc || need "gcc libc6-dev" "the race detector"
    have chromium-headless-shell || have chromium || need chromium-headless-shell "the browser tests"
    some "$root"/usr/share/fonts/*/noto/NotoSansCJK* || need fonts-noto-cjk "Chinese text in the browser tests"
}

check_long() {
    some "$root"/usr/lib/*/faketime/libfaketime.so.1 || need libfaketime "a database whose clock is wrong"
}

packages() {
    local entry
    for entry in "${missing[@]}"; do
        printf '%s ' "${entry%%|*}"
    done
}

say_missing() {
    local entry
    echo "Missing:"
    for entry in "${missing[@]}"; do
        printf '  %-18s %s\n' "${entry%%|*}" "${entry#*|}"
    done
}

# as_root COMMAND... ; asks for a password only where somebody can type it.
as_root() {
    if [[ $(id -u) == 0 ]]; then
        "$@"
    elif [[ -t 0 ]]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

may_install() {
    have apt-get || return 1
    [[ $(id -u) == 0 ]] && return
    have sudo && { [[ -t 0 ]] || sudo -n true 2>/dev/null; }
}

install() {
    local wanted
    read -r -a wanted <<<"$(packages)"
    echo "Installing with apt-get: ${wanted[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}" >/dev/null
    echo "Installed."
}

for argument in "$@"; do
    case $argument in
        --test) with_tests=true ;;
        --long) with_tests=true with_long=true ;;
        *) usage ;;
    esac
done

check_go
check_run
if $with_tests; then check_test; fi
if $with_long; then check_long; fi
[[ ${#missing[@]} == 0 ]] && exit 0

say_missing
if ! may_install; then
    echo "Install them as root, then try again:  apt-get install $(packages)" >&2
    exit 1
fi
install
