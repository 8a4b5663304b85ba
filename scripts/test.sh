#!/bin/bash
# Runs the tests named by the arguments (unit, e2e, qemu) and closes with one summary
# of all of them. The machine in QEMU needs one processor and runs beside the unit
# tests. The end-to-end tests run after the others, alone: they measure loss while
# daemons restart.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ ${1:-} != --json ]]; then
	exec go tool gotestsum --format "${HEDDLE_TEST_FORMAT:-pkgname-and-test-fails}" --format-hide-empty-pkg \
		--raw-command -- scripts/test.sh --json "$@"
fi
shift

# The data plane's tests wait for the kernel to verify its programs, a hundred times; the race detector sees none of
# that. It is for those of them that its goroutines have a part in.
dataplane=./hal/softasic/dataplane
dataplane_raced='Learn|Ageing|FDB|Moves|^TestRestart'

status=0
scratch=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM
declare -A running=()

# beside starts a command whose events are printed by finish: two streams of events must not mix.
beside() {
	local name=$1
	shift
	"$@" >"$scratch/$name" 2>"$scratch/$name.err" &
	running[$name]=$!
}

finish() {
	local name
	for name in "${!running[@]}"; do
		wait "${running[$name]}" || status=1
		cat "$scratch/$name"
		cat "$scratch/$name.err" >&2
	done
	running=()
}

qemu() { HEDDLE_QEMU=1 nice -n -5 go test -json -count=1 -timeout 20m ./tests/qemu; }

unit() {
	beside dataplane go test -json -count=1 -timeout 15m $dataplane
	go test -json -race -count=1 -timeout 15m $(go list ./... | grep -v -e /tests/e2e -e /tests/qemu$ -e "${dataplane#.}$") || status=1
	go test -json -race -count=1 -timeout 15m -run "$dataplane_raced" $dataplane || status=1
	finish
}

# Tests with a lab of their own that measure neither loss nor time mostly wait, and do so two at once.
e2e() { HEDDLE_E2E=1 go test -json -count=1 -timeout 20m -parallel 2 ./tests/e2e/...; }

for part in "$@"; do
	case $part in
	unit)
		if [[ " $* " == *" qemu "* ]]; then beside qemu qemu; fi
		unit
		;;
	qemu) [[ " $* " == *" unit "* ]] || qemu || status=1 ;;
	e2e) e2e || status=1 ;;
	*)
		echo "test.sh: unknown part $part" >&2
		exit 2
		;;
	esac
done
exit $status
