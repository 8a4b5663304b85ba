// Package checkpoint keeps copies of the whole configuration under names, in
// files that SONiC's tools read as well: <name>.cp.json.
//
// It never applies one.
package checkpoint
