package display

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
)

// neighbors makes `neighbors [<address> [routes|advertised-routes|received-routes]]`.
func (b bgpScope) neighbors(s *session.Session) *cobra.Command {
	tables := map[string]string{"routes": bgpview.TableAccepted, "advertised-routes": bgpview.TableAdvertised, "received-routes": bgpview.TableReceived}
	cmd := command(s, "neighbors [IPADDRESS] [routes|advertised-routes|received-routes]", "Show BGP neighbors, or the routes of one",
		click.Args("[IPADDRESS]", "[INFO_TYPE]"), func(ctx context.Context, v *view, args []string) error {
			q := bgpview.Query{Ask: bgpview.AskNeighbors}
			if len(args) > 0 {
				if err := b.neighbourArgument(ctx, v, args[0]); err != nil {
					return err
				}
				q.Neighbor = args[0]
			}
			if len(args) < 2 {
				return b.showNeighbors(ctx, v, q)
			}
			if _, err := click.Choice(v.cmd, "[[routes|advertised-routes|received-routes]]", args[1], "routes", "advertised-routes", "received-routes"); err != nil {
				return err
			}
			q.Ask, q.Table = bgpview.AskRoutes, tables[args[1]]
			return b.showRoutes(ctx, v, q)
		})
	return oneASIC(cmd)
}

func (b bgpScope) showNeighbors(ctx context.Context, v *view, q bgpview.Query) error {
	out := ordered{}
	err := b.ask(ctx, v, q, func(a bgpview.Answer) error {
		for _, n := range a.Neighbors {
			if v.json {
				out = append(out, member{n.Neighbor, neighborObject(n)})
			} else {
				v.Printf("%s", neighborText(n))
			}
		}
		return nil
	})
	if err == nil && v.json {
		err = v.printJSON(out)
	}
	return err
}

// neighborText tells of a neighbour in the words of FRR, which scripts look for.
func neighborText(n bgpview.Neighbor) string {
	var t strings.Builder
	say := saying(func(format string, args ...any) { fmt.Fprintf(&t, format+"\n", args...) })
	link := "external"
	if n.Internal {
		link = "internal"
	}
	remote := n.Neighbor
	if n.Address != "" && n.Address != n.Neighbor {
		remote = n.Neighbor + " (" + n.Address + ")"
	}
	say("BGP neighbor is %s, remote AS %d, local AS %d, %s link", remote, n.ASN, n.LocalASN, link)
	if n.Description != "" {
		say(" Description: %s", n.Description)
	}
	if n.Group != "" {
		say(" Member of peer-group %s for session parameters", n.Group)
	}
	if n.Dynamic {
		say("  Belongs to the subnet range group: %s", n.Group)
	}
	if n.Shutdown {
		say(" Administratively shut down")
	}
	say("  BGP version 4, remote router ID %s, vrf %s", or(n.RemoteRouterID, "0.0.0.0"), n.VRF)
	say("  BGP state = %s%s", n.State, upFor(n.Peer))
	say("  Hold time is %d seconds, keepalive interval is %d seconds", n.HoldTime, n.KeepAlive)
	sayCapabilities(say, n)
	sayMessages(say, n)
	for _, f := range n.Families {
		sayFamily(say, f)
	}
	say("  Connections established %d; dropped %d", n.Established, max(int64(n.Established)-established(n.Peer), 0))
	if n.Error != "" {
		say("  Last error: %s", n.Error)
	}
	if n.MultihopTTL > 1 {
		say("  External BGP neighbor may be up to %d hops away.", n.MultihopTTL)
	}
	if n.MinTTL > 0 {
		say("  TTL of what it sends must be %d or more (RFC 5082)", n.MinTTL)
	}
	if n.BFD != nil {
		say("  BFD: Type: %s", hops(n.BFD))
		say("       Status: %s", n.BFD.State)
	}
	if n.LocalAddress != "" {
		say("Local host: %s, Local port: %d", n.LocalAddress, n.LocalPort)
		say("Foreign host: %s, Foreign port: %d", or(n.Address, n.Neighbor), n.RemotePort)
	}
	say("BGP Connect Retry Timer in Seconds: %d", n.ConnectRetry)
	if n.Password {
		say("Peer Authentication Enabled")
	}
	say("")
	return t.String()
}

func hops(b *bgpview.BFDState) string {
	if b.Multihop {
		return "multi hop"
	}
	return "single hop"
}

// established is 1 while the session is up.
func established(p bgpview.Peer) int64 {
	if p.State == "Established" {
		return 1
	}
	return 0
}

func upFor(p bgpview.Peer) string {
	if p.State != "Established" {
		return ""
	}
	return ", up for " + upTime(p.Seconds)
}

// saying writes a line.
type saying func(format string, args ...any)

func sayCapabilities(say saying, n bgpview.Neighbor) {
	if len(n.Capabilities) > 0 {
		say("  Neighbor capabilities:")
	}
	for _, c := range n.Capabilities {
		said := map[[2]bool]string{{true, true}: "advertised and received", {true, false}: "advertised", {false, true}: "received"}
		say("    %s: %s", c.Name, said[[2]bool{c.Advertised, c.Received}])
	}
	if g := n.Graceful; g != nil {
		say("  Graceful restart information:")
		say("    Remote restart time: %d seconds", g.PeerRestartTime)
		if g.PeerRestarting {
			say("    The neighbor restarts: its routes are kept as stale")
		}
		if g.LocalRestarting {
			say("    This switch restarts: it waits for the end of the neighbor's routes")
		}
	}
}

func sayMessages(say saying, n bgpview.Neighbor) {
	say("  Message statistics:")
	say("    Inq depth is %d", n.InQueue)
	say("    Outq depth is %d", n.OutQueue)
	say("                         Sent       Rcvd")
	for _, line := range []struct {
		name      string
		sent, got uint64
	}{
		{"Opens:", n.Sent.Open, n.Got.Open}, {"Notifications:", n.Sent.Notification, n.Got.Notification}, {"Updates:", n.Sent.Update, n.Got.Update},
		{"Keepalives:", n.Sent.KeepAlive, n.Got.KeepAlive}, {"Route Refresh:", n.Sent.Refresh, n.Got.Refresh}, {"Total:", n.Sent.Total, n.Got.Total},
	} {
		say("    %-16s %10d %10d", line.name, line.sent, line.got)
	}
}

func sayFamily(say saying, f bgpview.PeerFamily) {
	say("")
	say(" For address family: %s", familyTitles[f.Family])
	if !f.Negotiated {
		say("  Not negotiated with the neighbor")
	}
	if f.Reflector {
		say("  Route-Reflector Client")
	}
	if f.NextHopSelf {
		say("  NEXT_HOP is always this router")
	}
	if f.RouteMapIn != "" {
		say("  Route map for incoming advertisements is %s", f.RouteMapIn)
	}
	if f.RouteMapOut != "" {
		say("  Route map for outgoing advertisements is %s", f.RouteMapOut)
	}
	if f.LongLived != 0 {
		say("  Long-lived graceful restart: the neighbor asks for %d seconds", f.LongLived)
	}
	if f.MaxPrefix != 0 {
		say("  Maximum prefixes allowed %d", f.MaxPrefix)
	}
	say("  %d accepted prefixes of %d received, %d advertised", f.Accepted, f.Received, f.Advertised)
}

// neighborObject is a neighbour with the names of FRR's JSON.
func neighborObject(n bgpview.Neighbor) ordered {
	families := ordered{}
	for _, f := range n.Families {
		families = append(families, member{familyNames[f.Family], ordered{
			{"negotiated", f.Negotiated}, {"receivedPrefixCounter", f.Received}, {"acceptedPrefixCounter", f.Accepted}, {"sentPrefixCounter", f.Advertised},
			{"prefixAllowedMax", f.MaxPrefix}, {"routeMapForIncomingAdvertisements", f.RouteMapIn}, {"routeMapForOutgoingAdvertisements", f.RouteMapOut},
			{"routeReflectorClient", f.Reflector}, {"nextHopSelf", f.NextHopSelf}, {"llgrStaleTime", f.LongLived},
		}})
	}
	capabilities := ordered{}
	for _, c := range n.Capabilities {
		capabilities = append(capabilities, member{c.Name, ordered{{"advertised", c.Advertised}, {"received", c.Received}}})
	}
	out := ordered{
		{"remoteAs", n.ASN}, {"localAs", n.LocalASN}, {"nbrInternalLink", n.Internal}, {"nbrExternalLink", !n.Internal}, {"nbrDesc", n.Description},
		{"peerGroup", n.Group}, {"vrf", n.VRF}, {"bgpVersion", 4}, {"remoteRouterId", n.RemoteRouterID}, {"bgpState", n.State}, {"adminShutDown", n.Shutdown},
		{"bgpTimerUpMsec", max(n.Seconds, 0) * 1000}, {"bgpTimerHoldTimeMsecs", n.HoldTime * 1000}, {"bgpTimerKeepAliveIntervalMsecs", n.KeepAlive * 1000},
		{"connectRetryTimer", n.ConnectRetry}, {"neighborCapabilities", capabilities},
		{"messageStats", ordered{
			{"depthInq", n.InQueue}, {"depthOutq", n.OutQueue}, {"opensSent", n.Sent.Open}, {"opensRecv", n.Got.Open},
			{"notificationsSent", n.Sent.Notification}, {"notificationsRecv", n.Got.Notification}, {"updatesSent", n.Sent.Update}, {"updatesRecv", n.Got.Update},
			{"keepalivesSent", n.Sent.KeepAlive}, {"keepalivesRecv", n.Got.KeepAlive}, {"routeRefreshSent", n.Sent.Refresh}, {"routeRefreshRecv", n.Got.Refresh},
			{"totalSent", n.Sent.Total}, {"totalRecv", n.Got.Total},
		}},
		{"addressFamilyInfo", families}, {"connectionsEstablished", n.Established},
		{"hostLocal", n.LocalAddress}, {"portLocal", n.LocalPort}, {"hostForeign", n.Address}, {"portForeign", n.RemotePort}, {"lastError", n.Error},
	}
	if n.BFD != nil {
		out = append(out, member{"peerBfdInfo", ordered{{"type", hops(n.BFD)}, {"status", n.BFD.State}}})
	}
	return out
}
