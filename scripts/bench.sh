#!/bin/bash
# All measurements in one run: forwarding against the kernel, route programming
# from APPL_DB to the ASIC, and the cold start of the command line.
set -euo pipefail
cd "$(dirname "$0")/.."

go run ./bench/dataplane
go run ./bench/routes
if command -v hyperfine >/dev/null; then
	hyperfine -N --warmup 3 'bin/show --help' 'bin/config --help'
fi
