package dataplane

//go:generate go run github.com/cilium/ebpf/cmd/bpf2go -cc clang-14 -strip llvm-strip-14 -target bpfel -type iface -type port -type lag -type vlan -type rif -type subport_key -type adj -type group -type route4_key -type route6_key -type settings -type port_counters -type rif_counters -type meter -type storm -type stream_key -type stream_row -type drop_reason -type drop_counters -type hash_rule pipeline bpf/pipeline.c -- -O2 -g -Wall -Werror -mcpu=v3 -I/usr/include/x86_64-linux-gnu
