//go:build cgo

package libsai

import "github.com/heddle-nos/heddle/sai/event"

// notificationQueue bounds the notifications that wait to be received.
const notificationQueue = 8192

// Notifications returns the channel of notifications; Close closes it. They
// come for the attributes of the switch that were set to a non-null pointer.
func (l *Library) Notifications() <-chan event.Event { return l.events }

// Lost returns how many notifications found the queue full.
func (l *Library) Lost() uint64 { return l.lost.Load() }
