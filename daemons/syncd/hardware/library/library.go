package library

import (
	"log/slog"

	"github.com/heddle-nos/heddle/daemons/syncd/hardware"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/libsai"
)

// Open loads a library; profile is what it can ask for by key.
func Open(path string, profile map[string]string, log *slog.Logger) (hardware.ASIC, func() error, error) {
	l, err := libsai.Open(path, profile, log)
	if err != nil {
		return hardware.ASIC{}, nil, err
	}
	log.Info("library loaded", "path", path, "version", l.Version())
	events := make(chan hardware.Event) // the library's own queue is the bound
	forwarded := make(chan struct{})
	go func() {
		defer close(forwarded)
		forward(events, l.Notifications())
	}()
	closer := func() error {
		err := l.Close() // ends the notifications, and with them forward
		for range events {
		}
		<-forwarded
		return err
	}
	return hardware.ASIC{Driver: l, Types: l, List: l, Bulk: l, Can: capabilities{l}, Events: events}, closer, nil
}

// forward turns the library's notifications into syncd's events.
func forward(out chan<- hardware.Event, in <-chan libsai.Notification) {
	defer close(out)
	for n := range in {
		var ev hardware.Event
		for _, e := range n.FDB {
			ev.FDB = append(ev.FDB, hardware.FDBEvent(e))
		}
		for _, e := range n.Port {
			ev.Port = append(ev.Port, hardware.PortEvent(e))
		}
		if n.Switch != nil {
			ev.Switch = (*hardware.SwitchEvent)(n.Switch)
		}
		if n.Shutdown != nil {
			ev.Shutdown = (*hardware.ShutdownEvent)(n.Shutdown)
		}
		out <- ev
	}
}

// capabilities exchanges the structs of two packages that do not know each
// other.
type capabilities struct{ *libsai.Library }

func (c capabilities) AttrCapability(sw sai.ObjectID, t sai.ObjectType, id sai.AttrID) (hardware.AttrCapability, sai.Status) {
	can, s := c.Library.AttrCapability(sw, t, id)
	return hardware.AttrCapability(can), s
}

func (c capabilities) StatsCapability(sw sai.ObjectID, t sai.ObjectType) ([]hardware.StatCapability, sai.Status) {
	list, s := c.Library.StatsCapability(sw, t)
	out := make([]hardware.StatCapability, len(list))
	for i, e := range list {
		out[i] = hardware.StatCapability(e)
	}
	return out, s
}
