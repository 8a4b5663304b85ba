// Package lag renders link aggregation groups, their members and the netdev
// through which the CPU uses a group.
//
// It never decides which member may carry packets: lacpd does, in
// LAG_MEMBER_TABLE.
package lag
