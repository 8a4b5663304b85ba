package lab

import (
	"errors"

	"github.com/heddle-nos/heddle/daemons/lab/topology"
	"github.com/heddle-nos/heddle/daemons/lab/wire"
)

// Pull takes the carrier off every cable of a node, or gives it back.
func (l *Lab) Pull(node string, pulled bool) error {
	var errs []error
	for _, link := range l.Topology.Links {
		for _, end := range []topology.End{link.A, link.B} {
			if end.Node == node {
				p := l.plug(end)
				errs = append(errs, wire.Pull(p.Namespace, p.Device, pulled))
			}
		}
	}
	return errors.Join(errs...)
}
