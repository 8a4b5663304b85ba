//go:build cgo

package libsai

import (
	"encoding/binary"

	"github.com/heddle-nos/heddle/sai"
)

// native is the byte order of C memory.
var native = binary.NativeEndian

// maxAttrs bounds the attributes of one object that a library may report.
const maxAttrs = 1024

func oidAt(b []byte) sai.ObjectID { return sai.ObjectID(native.Uint64(b)) }

func int32At(b []byte) int32 { return int32(native.Uint32(b)) }
