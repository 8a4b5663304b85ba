//go:build cgo

package libsai

import "github.com/heddle-nos/heddle/sai"

// functions tells where the functions of an object type are in the table of
// its API, counted from 1. 0 means that the interface has no such function.
type functions struct {
	api        sai.API
	create     uint8
	remove     uint8
	set        uint8
	get        uint8
	bulkCreate uint8
	bulkRemove uint8
	bulkSet    uint8
	bulkGet    uint8
	stats      uint8
	statsExt   uint8
	clearStats uint8
	flush      uint8
}

// functionsOf returns the functions of an object type; all are absent for an
// unknown one.
func functionsOf(t sai.ObjectType) functions {
	if t < 0 || int(t) >= len(slotTable) {
		return functions{}
	}
	return slotTable[t]
}
