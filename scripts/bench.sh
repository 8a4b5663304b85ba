#!/bin/bash
# All measurements in one run: forwarding against the kernel, route programming
# from APPL_DB to the ASIC and from a BGP peer to the ASIC against FRR and BIRD,
# the judging of a configuration against libyang, commits, and the cold start
# of the command line.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "== forwarding"
go run ./bench/dataplane
echo "== route programming"
go run ./bench/routes
echo "== BGP"
go run ./bench/bgp
echo "== judging a configuration, against libyang"
go run ./bench/validate
echo "== committing"
go run ./bench/commit
echo "== command line, cold start"
lab=docs/examples/one-switch.yaml
stop=no
if ! bin/heddle-lab wait "$lab" 2>/dev/null; then
	bin/heddle-lab up "$lab"
	stop=yes
fi
bin/heddle-lab exec "$lab" sw1 -- hyperfine -N --warmup 3 \
	'bin/show interfaces status' 'bin/show ip route' 'bin/show vlan brief' 'bin/config --help' 'bin/config --dry-run vlan add 300'
if [[ $stop == yes ]]; then bin/heddle-lab down "$lab"; fi
