package libsai

/*
#include "bridge.h"
*/
import "C"

import (
	"sync"

	"github.com/heddle-nos/heddle/sai/event"
)

// registry tells which library the callbacks of a slot belong to. C callbacks
// carry no context, so this has to be known to the whole process.
var registry struct {
	sync.RWMutex
	open [C.HL_SLOTS]*Library
}

func (l *Library) register() error {
	registry.Lock()
	defer registry.Unlock()
	for i, other := range registry.open {
		if other == nil {
			registry.open[i], l.slot = l, i
			return nil
		}
	}
	return ErrTooMany
}

// unregister ends the delivery of notifications.
func (l *Library) unregister() {
	registry.Lock()
	defer registry.Unlock()
	if registry.open[l.slot] == l {
		registry.open[l.slot] = nil
		close(l.events)
	}
}

// deliver hands a notification to the library of a slot. The queue is bounded;
// a callback must not block the library's thread, so what does not fit is
// counted as lost.
func deliver(slot C.int, n event.Event) {
	registry.RLock()
	defer registry.RUnlock()
	l := registry.open[slot]
	if l == nil {
		return
	}
	select {
	case l.events <- n:
	default:
		l.lost.Add(1)
		l.log.Error("notification lost, queue is full", "notification", n.Kind(), "bound", notificationQueue)
	}
}
