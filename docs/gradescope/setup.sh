#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image of an assignment.
# It installs Go, builds the grader and fills its caches, so that grading itself
# needs no network. The first argument is the autograder's directory.
set -euo pipefail

go_version=1.26.8
root=${1:-/autograder}

apt-get update
apt-get install -y --no-install-recommends ca-certificates curl
curl -fsSL "https://go.dev/dl/go$go_version.linux-$(dpkg --print-architecture).tar.gz" | tar -C /usr/local -xz

. "$root/source/raftlab/docs/gradescope/environment.sh"
cd "$root/source/raftlab"
mkdir -p "$root/bin"
go build -o "$root/bin/grader" ./grader
"$root/bin/grader" run -count 1 -run InitialElection impls/ticker-timer
