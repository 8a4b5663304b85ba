#!/bin/bash
# Runs the tests named by the arguments (unit, e2e, qemu) and closes with one summary
# of all of them. The end-to-end tests run after the others, alone: they measure
# loss while daemons restart.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ ${1:-} == --json ]]; then
	shift
	status=0
	for part in "$@"; do
		case $part in
		unit)
			go test -json -race -count=1 -timeout 15m $(go list ./... | grep -v -e /tests/e2e -e /tests/qemu$) || status=1
			;;
		e2e)
			HEDDLE_E2E=1 go test -json -count=1 -p 1 -timeout 20m ./tests/e2e/... || status=1
			;;
		qemu)
			HEDDLE_QEMU=1 go test -json -count=1 -timeout 15m ./tests/qemu || status=1
			;;
		*)
			echo "test.sh: unknown part $part" >&2
			exit 2
			;;
		esac
	done
	exit $status
fi

exec go tool gotestsum --format "${HEDDLE_TEST_FORMAT:-pkgname-and-test-fails}" --format-hide-empty-pkg \
	--raw-command -- scripts/test.sh --json "$@"
