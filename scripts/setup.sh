#!/bin/bash
# Installs what building, running and testing Heddle needs on Debian 12. The
# only place that calls apt-get. Does nothing when everything is there.
set -euo pipefail

go_minimum=1.26
packages=(
	make gcc libc6-dev git ca-certificates
	clang-14 llvm-14 libbpf-dev
	redis-server
	frr bird2 gobgpd stayrtr
	chrony rsyslog openssh-server snmpd snmp libpam-radius-auth libpam-pwquality pamtester
	iproute2 iputils-ping ethtool tcpdump
	hyperfine
	libyang2-tools
	qemu-system-x86
)

# Debian's kernel, which tests boot in QEMU: unpacked here, not installed, so that the machine's own boot is left alone.
kernel_package=linux-image-cloud-amd64
kernel_dir=${HEDDLE_GUEST_KERNEL:-/var/cache/heddle/kernel}

missing_packages() {
	local package
	for package in "${packages[@]}"; do
		if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed'; then
			echo "$package"
		fi
	done
}

# service_of names the systemd service of a Debian package.
service_of() {
	case $1 in
	bird2) echo bird.service ;;
	openssh-server) echo ssh.service ;;
	*) echo "$1.service" ;;
	esac
}

install_packages() {
	local missing
	mapfile -t missing < <(missing_packages)
	((${#missing[@]})) || return 0
	if ((EUID != 0)); then
		echo "setup: as root, please: apt-get install ${missing[*]}" >&2
		exit 1
	fi
	# The system's services of these packages are not ours: do not let their installation start them.
	# Chrony stays: it takes the place of the one that kept the clock.
	local package services=()
	for package in redis-server frr bird2 gobgpd stayrtr rsyslog openssh-server snmpd; do
		if [[ " ${missing[*]} " == *" $package "* ]]; then services+=("$(service_of "$package")"); fi
	done
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -q
	apt-get install -q -y --no-install-recommends "${missing[@]}"
	if ((${#services[@]})) && [[ -d /run/systemd/system ]]; then
		systemctl disable --now "${services[@]}" || true
	fi
}

# Without it, the tests that need it skip and say so: the rest is worth having.
fetch_kernel() {
	[[ $(dpkg --print-architecture) == amd64 ]] || return 0
	if ((EUID != 0)) || compgen -G "$kernel_dir/boot/vmlinuz-*" >/dev/null; then return 0; fi
	local work
	work=$(mktemp -d)
	if unpack_kernel "$work"; then
		mkdir -p "$(dirname "$kernel_dir")"
		rm -rf "$kernel_dir"
		mv "$work/root" "$kernel_dir"
	else
		echo "setup: no Debian kernel for the tests in QEMU: $kernel_package cannot be had" >&2
	fi
	rm -rf "$work"
}

# The package that is named depends on that of the newest kernel.
unpack_kernel() {
	local image
	image=$(apt-cache depends "$kernel_package" 2>/dev/null | awk '$1 == "Depends:" && $2 ~ /^linux-image-/ {print $2; exit}')
	if [[ -z $image ]]; then
		apt-get update -q || return 1
		image=$(apt-cache depends "$kernel_package" 2>/dev/null | awk '$1 == "Depends:" && $2 ~ /^linux-image-/ {print $2; exit}')
	fi
	[[ -n $image ]] || return 1
	(cd "$1" && apt-get download -q -o APT::Sandbox::User=root "$image" && dpkg-deb -x linux-image-*.deb root) &&
		rm -rf "$1/root/usr/share/doc"
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
fetch_kernel
install_go
require_go
mount_bpffs
