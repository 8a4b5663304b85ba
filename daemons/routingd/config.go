package routingd

import (
	"flag"
	"fmt"
	"log/slog"
	"net/netip"

	"github.com/heddle-nos/heddle/daemons/bgpview"
	"github.com/heddle-nos/heddle/daemons/resident"
	"github.com/heddle-nos/heddle/daemons/routingd/metrics"
	"github.com/heddle-nos/heddle/daemons/routingd/speaker"
	"github.com/heddle-nos/heddle/internal/paths"
)

// Config is what the command line says.
type Config struct {
	resident.Config
	Port    int                      // that BGP listens on; 0: 179
	Listen  []netip.Addr             // addresses that BGP listens on; none: all of the switch
	Metrics metrics.Address          // where they are served; zero: nowhere
	Sockets func(name string) string // where unix sockets are; nil: there are none
}

// DefaultConfig takes the places of the switch.
func DefaultConfig(p paths.Paths) Config {
	return Config{Config: resident.DefaultConfig(p, Name), Sockets: p.Socket}
}

// Register adds the flags.
func (c *Config) Register(fs *flag.FlagSet) {
	c.Config.Register(fs)
	fs.IntVar(&c.Port, "bgp-port", c.Port, "TCP `port` that BGP listens on; 0 is 179")
	fs.Func("metrics", "`address` on loopback, or path of a unix socket, where metrics are served for Prometheus (default: nowhere)", func(text string) (err error) {
		c.Metrics, err = metrics.ParseAddress(text)
		return err
	})
	fs.Func("bgp-listen", "`address` that BGP listens on, instead of all; may be given again", func(text string) error {
		a, err := netip.ParseAddr(text)
		if err != nil {
			return fmt.Errorf("%q is not an address", text)
		}
		c.Listen = append(c.Listen, a)
		return nil
	})
}

// speakers is the configuration of the BGP speakers.
func (c Config) speakers(log *slog.Logger) speaker.Config {
	return speaker.Config{Log: log, Port: int32(c.Port), Listen: c.Listen, Socket: c.gobgpSocket}
}

// gobgpSocket is where GoBGP's own service of a VRF is: gobgp.sock, gobgp-Vrf-red.sock.
func (c Config) gobgpSocket(vrf string) string {
	switch {
	case c.Sockets == nil:
		return ""
	case vrf == "":
		return c.Sockets("gobgp")
	}
	return c.Sockets("gobgp-" + vrf)
}

// viewSocket is where commands ask about BGP.
func (c Config) viewSocket() string {
	if c.Sockets == nil {
		return ""
	}
	return c.Sockets(bgpview.SocketName)
}
