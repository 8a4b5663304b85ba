#!/bin/bash
# Installs what building, running and testing Heddle needs on Debian 12. The
# only place that calls apt-get. Does nothing when everything is there.
set -euo pipefail

go_minimum=1.26
packages=(
	make gcc libc6-dev git ca-certificates
	clang-14 llvm-14 libbpf-dev
	redis-server
	iproute2 iputils-ping ethtool tcpdump
	hyperfine
)

missing_packages() {
	local package
	for package in "${packages[@]}"; do
		if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed'; then
			echo "$package"
		fi
	done
}

install_packages() {
	local missing
	mapfile -t missing < <(missing_packages)
	((${#missing[@]})) || return 0
	if ((EUID != 0)); then
		echo "setup: as root, please: apt-get install ${missing[*]}" >&2
		exit 1
	fi
	# The system's redis service is not ours: do not let its installation start it.
	local had_redis=yes
	command -v redis-server >/dev/null || had_redis=no
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -q
	apt-get install -q -y --no-install-recommends "${missing[@]}"
	if [[ $had_redis == no ]] && [[ -d /run/systemd/system ]]; then
		systemctl disable --now redis-server.service || true
	fi
}

# Debian 12's own Go is too old to fetch a newer one; that of its backports can, from the Go module proxy.
install_go() {
	command -v go >/dev/null && return 0
	if ((EUID != 0)); then
		echo "setup: Go $go_minimum or newer is needed: https://go.dev/doc/install" >&2
		exit 1
	fi
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -q
	local mirror # the one that this machine already uses
	mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Codename: bookworm' | head -n 1)
	echo "deb $mirror bookworm-backports main" >/etc/apt/sources.list.d/heddle-backports.list
	apt-get update -q
	apt-get install -q -y --no-install-recommends -t bookworm-backports golang-go
}

# In the module, go answers with the toolchain that go.mod asks for.
require_go() {
	local version
	version=$(cd "$(dirname "$0")/.." && GOTOOLCHAIN=${GOTOOLCHAIN:-auto} go env GOVERSION)
	version=${version#go}
	if [[ $(printf '%s\n' "$go_minimum" "$version" | sort -V | head -n 1) != "$go_minimum" ]]; then
		echo "setup: Go $version is too old, $go_minimum or newer is needed: https://go.dev/doc/install" >&2
		exit 1
	fi
}

# Pinned programs and maps outlive asicd, which needs the BPF file system.
mount_bpffs() {
	((EUID == 0)) || return 0
	grep -q ' /sys/fs/bpf bpf ' /proc/mounts || mount -t bpf bpf /sys/fs/bpf
}

install_packages
install_go
require_go
mount_bpffs
