package bridging

import (
	"github.com/heddle-nos/heddle/daemons/orchagent/object"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Learning adds to a rendering how a port or port channel learns, if its row
// says so.
func Learning(r *object.Rendering, name string, mode schema.LearnMode) {
	if mode == "" {
		return
	}
	r.Add(object.Fragment{
		Key: object.BridgePort(name), Type: sai.ObjectTypeBridgePort, Partial: true, Override: true,
		Attrs: []object.Attr{object.Val(sai.BridgePortAttrFDBLearningMode, sai.Enum(learning(mode)))},
	})
}

func learning(m schema.LearnMode) sai.BridgePortFDBLearningMode {
	switch m {
	case schema.LearnDisable:
		return sai.BridgePortFDBLearningModeDisable
	case schema.LearnDrop:
		return sai.BridgePortFDBLearningModeDrop
	case schema.LearnCPUTrap:
		return sai.BridgePortFDBLearningModeCPUTrap
	case schema.LearnCPULog:
		return sai.BridgePortFDBLearningModeCPULog
	case schema.LearnNotification:
		return sai.BridgePortFDBLearningModeFDBNotification
	}
	return sai.BridgePortFDBLearningModeHw
}
