package port

import (
	"strconv"

	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Questions are what the ASIC is asked for Capable.
func Questions() []publish.Question {
	return []publish.Question{
		{Type: sai.ObjectTypePort, Attr: sai.PortAttrTpid},
		{Type: sai.ObjectTypeLAG, Attr: sai.LAGAttrTpid},
	}
}

// Capable tells whether ports and port channels can have another tag protocol
// than 802.1Q's. The answers come in the order of the questions.
func Capable(a []publish.Answer) []publish.Write {
	return []publish.Write{publish.Set(statedb.StateDB, schema.StateTableSwitch, "switch", map[string]string{
		"PORT_TPID_CAPABLE": strconv.FormatBool(a[0].Set),
		"LAG_TPID_CAPABLE":  strconv.FormatBool(a[1].Set),
	})}
}
