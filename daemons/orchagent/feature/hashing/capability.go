package hashing

import (
	"slices"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/yang/schema"
)

// notKnown stands for a list that the ASIC does not tell.
const notKnown = "N/A"

// Questions are what the ASIC is asked for Capable.
func Questions() []publish.Question {
	return []publish.Question{
		{Type: sai.ObjectTypeHash, Attr: sai.HashAttrNativeHashFieldList},
		{Type: sai.ObjectTypeSwitch, Attr: sai.SwitchAttrEcmpHash},
		{Type: sai.ObjectTypeSwitch, Attr: sai.SwitchAttrLAGHash},
		{Type: sai.ObjectTypeSwitch, Attr: sai.SwitchAttrEcmpDefaultHashAlgorithm},
		{Type: sai.ObjectTypeSwitch, Attr: sai.SwitchAttrLAGDefaultHashAlgorithm},
	}
}

// Capable tells what of the configuration the ASIC is able to follow. The answers
// come in the order of the questions.
func Capable(a []publish.Answer) []publish.Write {
	fields, ecmp, lag, ecmpAlgorithm, lagAlgorithm := a[0], a[1], a[2], a[3], a[4]
	row := map[string]string{
		"ECMP_HASH_CAPABLE":           strconv.FormatBool(fields.Set && ecmp.Get),
		"LAG_HASH_CAPABLE":            strconv.FormatBool(fields.Set && lag.Get),
		"HASH|NATIVE_HASH_FIELD_LIST": names(schema.HashFields(), fields, field),
		"ECMP_HASH_ALGORITHM_CAPABLE": strconv.FormatBool(ecmpAlgorithm.Set),
		"LAG_HASH_ALGORITHM_CAPABLE":  strconv.FormatBool(lagAlgorithm.Set),
	}
	number := func(a schema.HashAlgorithm) int32 { return int32(algorithm(a)) }
	row["ECMP_HASH_ALGORITHM"] = names(schema.HashAlgorithms(), ecmpAlgorithm, number)
	row["LAG_HASH_ALGORITHM"] = names(schema.HashAlgorithms(), lagAlgorithm, number)
	return []publish.Write{publish.Set(statedb.StateDB, schema.StateTableSwitch, "switch", row)}
}

// names lists those whose number is among an answer's values.
func names[S ~string](all []S, a publish.Answer, number func(S) int32) string {
	if a.Values == nil {
		return notKnown
	}
	var list []string
	for _, n := range all {
		if slices.Contains(a.Values, number(n)) {
			list = append(list, string(n))
		}
	}
	return strings.Join(list, ",")
}
