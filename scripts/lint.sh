#!/bin/bash
# Formatting and static checks; the optional tools only where they are installed.
set -euo pipefail
cd "$(dirname "$0")/.."

unformatted=$(gofmt -l $(git ls-files '*.go'))
if [[ -n $unformatted ]]; then
	echo "not formatted with gofmt:" >&2
	echo "$unformatted" >&2
	exit 1
fi
go vet ./...
if command -v golangci-lint >/dev/null; then golangci-lint run; fi
if command -v shellcheck >/dev/null; then shellcheck scripts/*.sh .ci/run; fi
