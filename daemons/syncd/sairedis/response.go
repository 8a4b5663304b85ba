package sairedis

import (
	"strconv"

	"github.com/heddle-nos/heddle/sai"
	"github.com/heddle-nos/heddle/sai/text"
)

// Response is an answer: its key is the status, its fields alternate name and
// value.
type Response struct {
	Op     Op
	Status sai.Status
	Fields []string
}

// Answer returns an answer to op without fields.
func Answer(op Op, s sai.Status) Response { return Response{Op: op.Response(), Status: s} }

// BulkAnswer returns the answer to a bulk operation: one field per object
// whose name is its status. The whole succeeded if every object did.
func BulkAnswer(op Op, statuses []sai.Status) Response {
	r := Answer(op, Overall(statuses))
	r.Fields = make([]string, 0, 2*len(statuses))
	for _, s := range statuses {
		r.Fields = append(r.Fields, s.String(), "")
	}
	return r
}

// Overall summarises the results of a bulk operation.
func Overall(statuses []sai.Status) sai.Status {
	for _, s := range statuses {
		if s != sai.StatusSuccess {
			return sai.StatusFailure
		}
	}
	return sai.StatusSuccess
}

// GetFields encodes the attributes of a successful get; with countsOnly, lists
// are their counts (the answer to a get with too little room).
func GetFields(t sai.ObjectType, attrs []sai.Attr, countsOnly bool) ([]string, error) {
	fields := make([]string, 0, 2*len(attrs))
	for _, a := range attrs {
		name, value, err := text.EncodeAttr(t, a)
		if err != nil {
			return nil, err
		}
		if countsOnly && isList(a.Value.Kind()) {
			value = strconv.Itoa(ListLen(a.Value))
		}
		fields = append(fields, name, value)
	}
	return fields, nil
}

// Join encodes fields as "A=v|B=w", the form inside bulk operations.
func Join(fields []string) string {
	var b []byte
	for i := 0; i+1 < len(fields); i += 2 {
		if i > 0 {
			b = append(b, '|')
		}
		b = append(b, fields[i]...)
		b = append(b, '=')
		b = append(b, fields[i+1]...)
	}
	return string(b)
}

// QueueOp returns the operation as the queue holds it.
func (r Response) QueueOp() string { return "S" + string(r.Op) }

// AppendJSON appends the fields as the JSON array that the queue holds.
func (r Response) AppendJSON(dst []byte) []byte { return AppendStrings(dst, r.Fields) }

// AppendStrings appends a JSON array of strings.
func AppendStrings(dst []byte, list []string) []byte {
	dst = append(dst, '[')
	for i, s := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendString(dst, s)
	}
	return append(dst, ']')
}

// AppendString appends a JSON string. Bytes from 0x80 up are copied as they
// are: the databases hold bytes, not necessarily UTF-8.
func AppendString(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < 0x20:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}
