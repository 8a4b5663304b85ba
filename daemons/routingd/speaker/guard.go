package speaker

import (
	"context"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// decided are the calls of GoBGP's service that change what CONFIG_DB decides. What they did would be undone or fought over; and some of
// them end the process when they are asked for what does not exist.
var decided = []string{
	"StartBgp", "StopBgp", "AddPeer", "UpdatePeer", "DeletePeer", "AddPeerGroup", "UpdatePeerGroup", "DeletePeerGroup",
	"AddDynamicNeighbor", "DeleteDynamicNeighbor", "SetPolicies", "AddPolicy", "DeletePolicy", "AddStatement", "DeleteStatement",
	"AddDefinedSet", "DeleteDefinedSet", "AddPolicyAssignment", "DeletePolicyAssignment", "SetPolicyAssignment", "EnableZebra",
	"AddBmp", "DeleteBmp", "AddRpki", "DeleteRpki", "EnableRpki", "DisableRpki", "ResetRpki", "SetLogLevel",
}

// guard lets the clients of GoBGP's service look, reset, and add paths; nothing else.
func guard(ctx context.Context, req any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	method := info.FullMethod[strings.LastIndexByte(info.FullMethod, '/')+1:]
	for _, name := range decided {
		if method == name {
			return nil, status.Errorf(codes.PermissionDenied, "%s: BGP is configured in CONFIG_DB", method)
		}
	}
	return handle(ctx, req)
}
