package main

import (
	"bytes"
	"fmt"

	"github.com/heddle-nos/heddle/sai/spec"
)

// slotFields names the member of libsai's functions struct for each class.
var slotFields = map[spec.Class]string{
	spec.CreateSwitch: "create", spec.CreateOID: "create", spec.CreateEntry: "create",
	spec.RemoveOID: "remove", spec.RemoveEntry: "remove", spec.SetOID: "set", spec.SetEntry: "set",
	spec.GetOID: "get", spec.GetEntry: "get", spec.BulkCreateOID: "bulkCreate", spec.BulkCreateEntry: "bulkCreate",
	spec.BulkRemoveOID: "bulkRemove", spec.BulkRemoveEntry: "bulkRemove", spec.BulkSetOID: "bulkSet",
	spec.BulkSetEntry: "bulkSet", spec.GetStats: "stats", spec.GetStatsExt: "statsExt", spec.ClearStats: "clearStats",
	spec.FlushFDB: "flush", spec.BulkGetOID: "bulkGet", spec.BulkGetEntry: "bulkGet",
}

// slotTable writes libsai/slots_gen.go: where in its API table the functions of
// an object type are.
func (g *generator) slotTable() ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, header, "*")
	b.WriteString("//go:build cgo\n\npackage libsai\n\nimport \"github.com/heddle-nos/heddle/sai\"\n\n")
	b.WriteString("// slotTable is indexed by object type. Slots count from 1; 0 is no such function.\nvar slotTable = [...]functions{\n")
	for i := range g.spec.APIs {
		api := &g.spec.APIs[i]
		slots, err := g.spec.Slots(api)
		if err != nil {
			return nil, err
		}
		rows := map[string]*bytes.Buffer{}
		var order []*spec.Object
		for _, s := range slots {
			field := slotFields[s.Class]
			if field == "" {
				continue
			}
			if rows[s.Object.Name] == nil {
				rows[s.Object.Name] = &bytes.Buffer{}
				order = append(order, s.Object)
			}
			fmt.Fprintf(rows[s.Object.Name], ", %s: %d", field, s.Index+1)
		}
		for _, o := range order {
			fmt.Fprintf(&b, "sai.%s: {api: sai.%s%s},\n", goName("OBJECT_TYPE_"+o.Name), goName("API_"+api.Name), rows[o.Name])
		}
	}
	b.WriteString("}\n")
	return g.formatted(b.Bytes())
}
