package text

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/sai"
)

// listCount returns the count of a list that may have no elements: "4",
// "4:null", "4:a,b,c,d", {"count":4,"list":null}.
func listCount(m *sai.AttrMeta, s string) (uint32, error) {
	switch {
	case jsonList(m):
		var head struct{ Count uint32 }
		if err := json.Unmarshal([]byte(s), &head); err != nil {
			return 0, errJSON
		}
		return head.Count, nil
	case m.Other == "sai_acl_capability_t":
		_, s, _ = strings.Cut(s, ":")
	case !plainList(m):
		return 0, nil
	}
	count, _, _ := strings.Cut(s, ":")
	n, err := parseUint(count, 32)
	return uint32(n), err
}

func countOnly(m *sai.AttrMeta, n uint32) string {
	count := strconv.FormatUint(uint64(n), 10)
	switch {
	case jsonList(m):
		return `{"count":` + count + `,"list":null}`
	case m.Other == "sai_acl_capability_t":
		return "false:" + count
	}
	return count
}

// plainList tells the attributes whose text is "count:a,b,c".
func plainList(m *sai.AttrMeta) bool {
	return m.Kind >= sai.KindOIDList && m.Kind <= sai.KindIPList || m.Other == "sai_segment_list_t"
}

func jsonList(m *sai.AttrMeta) bool {
	if m.Kind != sai.KindOther || plainList(m) {
		return false
	}
	t := sai.OtherType(m.Other)
	return t != nil && t.Kind() == reflect.Slice
}
