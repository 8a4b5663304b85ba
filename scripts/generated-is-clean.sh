#!/bin/bash
# Regenerates the committed generated files in a copy of the last commit and
# fails when one differs. The eBPF objects depend on the compiler: they are
# compared only where it is clang 14.
set -euo pipefail
cd "$(dirname "$0")/.."

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git archive HEAD | tar -x -C "$copy"
cd "$copy"
git init -q
git add -A
git -c user.name=check -c user.email=check@localhost commit -q -m before

if command -v clang-14 >/dev/null; then
	go generate ./...
else
	echo "no clang-14: eBPF objects are not checked" >&2
	go generate $(go list ./... | grep -v hal/softasic/dataplane)
fi
if [[ -n $(git status --porcelain) ]]; then
	echo "make generate changes these files:" >&2
	git status --short >&2
	exit 1
fi
