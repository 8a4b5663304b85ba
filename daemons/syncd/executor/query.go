package executor

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
	"github.com/heddle-nos/heddle/daemons/syncd/vid"
	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// query answers what the library implements. Fields are read by position, as
// clients send and expect them.
func (e *Executor) query(r sairedis.Request) sairedis.Response {
	if e.asic.Can == nil {
		return sairedis.Answer(r.Op, sai.StatusNotSupported)
	}
	var resp sairedis.Response
	var err error
	switch r.Op {
	case sairedis.OpAttrCapability:
		resp, err = e.attrCapability(r)
	case sairedis.OpEnumCapability:
		resp, err = e.enumCapability(r)
	case sairedis.OpAvailability:
		resp, err = e.availability(r)
	default:
		resp, err = e.statsCapability(r)
	}
	if err != nil {
		return e.malformed(r, err)
	}
	return resp
}

// queryTarget decodes the object type and the attribute of a query.
func queryTarget(v []string, want int) (sai.ObjectType, *sai.AttrMeta, error) {
	if len(v) != 2*want {
		return 0, nil, fmt.Errorf("query with %d fields, want %d", len(v)/2, want)
	}
	t, ok := sai.ObjectTypeByName(v[1])
	info, known := sai.ObjectTypeInfo(t)
	if !ok || !known {
		return 0, nil, fmt.Errorf("query: object type %.80q: %w", v[1], text.ErrUnknown)
	}
	m := info.AttrByName(v[3])
	if m == nil {
		return 0, nil, fmt.Errorf("query %s: attribute %.80q: %w", info.Name, v[3], text.ErrUnknown)
	}
	return t, m, nil
}

func (e *Executor) attrCapability(r sairedis.Request) (sairedis.Response, error) {
	t, m, err := queryTarget(r.Values, 2)
	if err != nil {
		return sairedis.Response{}, err
	}
	can, s := e.asic.Can.AttrCapability(e.switchRID(), t, m.ID)
	resp := sairedis.Answer(r.Op, s)
	if s == sai.StatusSuccess {
		resp.Fields = []string{
			"CREATE_IMPLEMENTED", strconv.FormatBool(can.Create),
			"SET_IMPLEMENTED", strconv.FormatBool(can.Set),
			"GET_IMPLEMENTED", strconv.FormatBool(can.Get),
		}
	}
	return resp, nil
}

func (e *Executor) enumCapability(r sairedis.Request) (sairedis.Response, error) {
	t, m, err := queryTarget(r.Values, 3)
	if err != nil {
		return sairedis.Response{}, err
	}
	room, err := strconv.Atoi(r.Values[5])
	if err != nil {
		return sairedis.Response{}, fmt.Errorf("query %s: bad list size %.40q", m.Name, r.Values[5])
	}
	values, s := e.asic.Can.EnumValues(e.switchRID(), t, m.ID)
	resp := sairedis.Answer(r.Op, s)
	count := strconv.Itoa(len(values))
	switch {
	case s != sai.StatusSuccess:
	case len(values) > room:
		resp.Status = sai.StatusBufferOverflow
		resp.Fields = []string{"ENUM_COUNT", count}
	default:
		resp.Fields = []string{"ENUM_CAPABILITIES", numbers(values), "ENUM_COUNT", count}
	}
	return resp, nil
}

// availability: the attributes come first, the object type last.
func (e *Executor) availability(r sairedis.Request) (sairedis.Response, error) {
	n := len(r.Values)
	if n < 2 {
		return sairedis.Response{}, fmt.Errorf("availability query without object type")
	}
	t, ok := sai.ObjectTypeByName(r.Values[n-1])
	if !ok {
		return sairedis.Response{}, fmt.Errorf("availability query: object type %.80q: %w", r.Values[n-1], text.ErrUnknown)
	}
	var attrs []sai.Attr
	for i := 0; i < n-2; i += 2 {
		a, err := text.DecodeAttr(t, r.Values[i], r.Values[i+1])
		if err != nil {
			return sairedis.Response{}, err
		}
		attrs = append(attrs, a)
	}
	if err := vid.Attrs(attrs, e.ids.RID); err != nil {
		return sairedis.Answer(r.Op, statusOf(err)), nil
	}
	count, s := e.asic.Can.Availability(e.switchRID(), t, attrs)
	resp := sairedis.Answer(r.Op, s)
	if s == sai.StatusSuccess {
		resp.Fields = []string{"OBJECT_COUNT", strconv.FormatUint(count, 10)}
	}
	return resp, nil
}

func (e *Executor) statsCapability(r sairedis.Request) (sairedis.Response, error) {
	if len(r.Values) != 4 {
		return sairedis.Response{}, fmt.Errorf("statistics query with %d fields, want 2", len(r.Values)/2)
	}
	t, ok := sai.ObjectTypeByName(r.Values[1])
	if !ok {
		return sairedis.Response{}, fmt.Errorf("statistics query: object type %.80q: %w", r.Values[1], text.ErrUnknown)
	}
	room, err := strconv.Atoi(r.Values[3])
	if err != nil {
		return sairedis.Response{}, fmt.Errorf("statistics query: bad size %.40q", r.Values[3])
	}
	list, s := e.asic.Can.StatsCapability(e.switchRID(), t)
	resp := sairedis.Answer(r.Op, s)
	count := strconv.Itoa(len(list))
	switch {
	case s != sai.StatusSuccess:
	case len(list) > room:
		resp.Status = sai.StatusBufferOverflow
		resp.Fields = []string{"STAT_COUNT", count}
	default:
		ids, modes, intervals := make([]uint32, len(list)), make([]uint32, len(list)), make([]uint32, len(list))
		for i, c := range list {
			ids[i], modes[i] = uint32(c.ID), c.Modes
		}
		resp.Fields = []string{"STAT_ENUM", numbers(ids), "STAT_MODES", numbers(modes)}
		if r.Op == sairedis.OpStatsStCapability {
			resp.Fields = append(resp.Fields, "MINIMAL_POLLING_INTERVALS", numbers(intervals))
		}
		resp.Fields = append(resp.Fields, "STAT_COUNT", count)
	}
	return resp, nil
}

// numbers joins numbers, each followed by a comma, as clients split them.
func numbers[N ~int32 | ~uint32](list []N) string {
	var b strings.Builder
	for _, n := range list {
		b.WriteString(strconv.FormatInt(int64(n), 10))
		b.WriteByte(',')
	}
	return b.String()
}
