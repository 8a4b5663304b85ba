package bgpconf

import (
	"cmp"
	"errors"
	"maps"
	"slices"

	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang/schema"
)

// Rows are the rows of CONFIG_DB, by table and key. The fields are as they come from the database.
type Rows map[string]map[string][]statedb.Field

// Set puts a row in.
func (r Rows) Set(table, key string, fields []statedb.Field) {
	if r[table] == nil {
		r[table] = make(map[string][]statedb.Field)
	}
	r[table][key] = fields
}

// Delete takes a row out.
func (r Rows) Delete(table, key string) { delete(r[table], key) }

// Tables are the tables that Resolve looks at.
func Tables() []string {
	return append(OwnTables(), schema.TableInterface, schema.TableVLANInterface, schema.TablePortChannelInterface,
		schema.TableLoopbackInterface, schema.TableVLANSubInterface)
}

// OwnTables are those of them whose rows Problems are about.
func OwnTables() []string {
	return []string{
		schema.TableDeviceMetadata,
		schema.TableBGPGlobals, schema.TableBGPGlobalsAF,
		schema.TableBGPNeighbor, schema.TableBGPNeighborAF, schema.TableBGPPeerGroup, schema.TableBGPPeerGroupAF,
		schema.TableBGPInternal, schema.TableBGPMonitors,
		schema.TableBGPGlobalsListen, schema.TableBGPPeerRange,
		schema.TableBGPGlobalsNetwork, schema.TableBGPGlobalsAggregate, schema.TableBGPAggregate, schema.TableRouteRedistribute,
		schema.TableBGPDeviceGlobal, schema.TableBGPBBR, schema.TableBGPRPKICache, schema.TableBGPAllowed, schema.TableDeviceNeighborMeta, schema.TableBMP,
		schema.TableRouteMap, schema.TableRouteMapSet, schema.TablePrefixSet, schema.TablePrefix, schema.TablePrefixList,
		schema.TableCommunitySet, schema.TableExtCommunitySet, schema.TableASPathSet,
	}
}

// errUnsupported marks what a row asks for and the switch cannot do.
var errUnsupported = errors.New("not supported")

// resolver gathers what Resolve finds.
type resolver struct {
	rows   Rows
	out    Desired
	device device
	addrs  map[string][]addressOf // of interfaces, by name
}

// wrong notes a row that cannot be used.
func (r *resolver) wrong(table, key string, err error) {
	r.out.Problems = append(r.out.Problems, Problem{Table: table, Key: key, Err: err})
}

// warn notes a field that has no effect.
func (r *resolver) warn(table, key, field, value string, err error) {
	r.out.Problems = append(r.out.Problems,
		Problem{Table: table, Key: key, Err: &statedb.FieldError{Field: field, Value: value, Err: err}, Warning: true})
}

func (r *resolver) sortProblems() {
	slices.SortFunc(r.out.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Err.Error(), b.Err.Error()))
	})
}

// keyed is a row of a table whose keys are a VRF and n parts.
type keyed[T any] struct {
	name string // as in the table
	schema.BGPKey
	row T
}

// read decodes a table, in the order of its keys. Rows that cannot be read are noted and left out.
func read[T any](r *resolver, table string, parts int) []keyed[T] {
	var list []keyed[T]
	for _, key := range slices.Sorted(maps.Keys(r.rows[table])) {
		k, err := schema.ParseBGPKey(key, parts)
		if err != nil {
			r.wrong(table, key, err)
			continue
		}
		var row T
		if err := statedb.DecodeList(r.rows[table][key], &row); err != nil {
			r.wrong(table, key, err)
			continue
		}
		list = append(list, keyed[T]{name: key, BGPKey: k, row: row})
	}
	return list
}
