#!/bin/bash
# Tries the README's two commands, as committed, on a bare Debian 12: a fresh
# chroot that has Go, git and make, and nothing else of what they need.
#
#   bare.sh [DIR]     DIR (default /var/tmp/peikao-bare, 5 GB) is made anew
#
# Needs root, debootstrap and Go. Mounts and processes live in namespaces of
# their own and end with them. The network is this machine's, with its
# certificates and proxy variables; DEBIAN_MIRROR is another mirror.
set -euo pipefail

root=${1:-/var/tmp/peikao-bare}
project=$(cd "$(dirname "$0")/../.." && pwd)

make_machine() {
    rm -rf --one-file-system "$root"
    debootstrap --variant=minbase --include=ca-certificates,git,make bookworm "$root" \
        "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" >/dev/null
    cp -a "$(go env GOROOT)" "$root/usr/local/go"
    cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
    cp -rL /usr/local/share/ca-certificates "$root/usr/local/share/"
    chroot "$root" update-ca-certificates >/dev/null
    chroot "$root" useradd --create-home visitor
    git clone -q "file://$project" "$root/root/peikao"
    cp -r "$root/root/peikao" "$root/home/visitor/"
    chroot "$root" chown -R visitor: /home/visitor
}

# inside USER HOME COMMAND : in the project, with an environment of its own.
inside() {
    local network
    network=$(env | grep -iE '^(https?_proxy|no_proxy|GOPROXY|GOSUMDB|NODE_EXTRA_CA_CERTS)=' || true)
    unshare --mount --pid --fork --kill-child bash -euc '
        mount -t proc proc "$1/proc"
        mount --rbind /sys "$1/sys"
        mount --rbind /dev "$1/dev"
        mount -t tmpfs tmpfs "$1/dev/shm"
        exec chroot --userspec="$2" "$1" env -i $5 HOME="$3" PATH=/usr/local/go/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            bash -c "cd ~/peikao; $4"
    ' inside "$root" "$@" "$network"
}

# who may not install anything is told what is missing
try_visitor() {
    local said
    if said=$(inside visitor /home/visitor "make run" 2>&1); then
        echo "make run ended well without its packages" >&2
        exit 1
    fi
    grep "apt-get install .*postgresql" <<<"$said"
}

# step WHAT COMMAND...
step() {
    local began=$SECONDS
    echo "=== $1"
    "${@:2}"
    echo "=== $1: $((SECONDS - began)) s"
}

step "a bare machine" make_machine
step "without root or sudo" try_visitor
step "make run" inside root /root deploy/setup/trial.sh
step "make check" inside root /root "make check"
step "make test" inside root /root "make test"
