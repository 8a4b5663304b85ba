package kernel

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"
)

// Routes lists the routes of a family in all tables.
func (k *Kernel) Routes(family int) ([]netlink.Route, error) { return k.RoutesBut(AnyProtocol, family) }

// RoutesBut lists the routes of a family in all tables, without those of one protocol, which may be a million.
func (k *Kernel) RoutesBut(protocol uint8, family int) ([]netlink.Route, error) {
	list, err := whole(func() ([]netlink.Route, error) {
		var list []netlink.Route
		err := k.dumpRoutes(family, func(m netlinkMessage) error {
			if protocol != AnyProtocol && protocolOf(m) == protocol {
				return nil
			}
			r, err := parseRoute(m.data)
			if err == nil && r.Flags&unix.RTM_F_CLONED == 0 && r.Family == family {
				list = append(list, r)
			}
			return err
		})
		return list, err
	})
	if err != nil {
		return nil, fmt.Errorf("list routes: %w", err)
	}
	return list, nil
}

// dumpRoutes asks for all routes of a family. A change meanwhile is netlink.ErrDumpInterrupted.
func (k *Kernel) dumpRoutes(family int, each func(netlinkMessage) error) error {
	s, err := k.openRoutes(0)
	if err != nil {
		return err
	}
	defer s.close()
	ask := make([]byte, unix.SizeofNlMsghdr+unix.SizeofRtMsg)
	binary.NativeEndian.PutUint32(ask, uint32(len(ask)))
	binary.NativeEndian.PutUint16(ask[4:], unix.RTM_GETROUTE)
	binary.NativeEndian.PutUint16(ask[6:], unix.NLM_F_REQUEST|unix.NLM_F_DUMP)
	ask[unix.SizeofNlMsghdr] = byte(family)
	if err := s.request(ask); err != nil {
		return err
	}
	interrupted := false
	for {
		messages, err := s.receive()
		if err != nil {
			return err
		}
		for _, m := range messages {
			interrupted = interrupted || m.flags&unix.NLM_F_DUMP_INTR != 0
			switch m.kind {
			case unix.NLMSG_DONE:
				if interrupted {
					return netlink.ErrDumpInterrupted
				}
				return nil
			case unix.NLMSG_ERROR:
				return refusal(m)
			case unix.RTM_NEWROUTE:
				if err := each(m); err != nil {
					return err
				}
			}
		}
	}
}

// refusal reads an error message.
func refusal(m netlinkMessage) error {
	if len(m.data) < 4 {
		return errShort
	}
	if code := int32(binary.NativeEndian.Uint32(m.data)); code != 0 {
		return unix.Errno(-code)
	}
	return errors.New("an acknowledgement where routes were to come")
}
