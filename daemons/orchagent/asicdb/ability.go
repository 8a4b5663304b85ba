package asicdb

import (
	"context"
	"fmt"

	"github.com/heddle-nos/heddle/daemons/orchagent/publish"
	"github.com/heddle-nos/heddle/sai"
)

// Ask puts questions to the ASIC and gives the answers in the same order.
func (a *ASIC) Ask(ctx context.Context, questions []publish.Question) ([]publish.Answer, error) {
	out := make([]publish.Answer, len(questions))
	for i, q := range questions {
		if err := a.ask(ctx, q, &out[i]); err != nil {
			return nil, fmt.Errorf("ask what %s can do: %w", q.Type, err)
		}
	}
	return out, nil
}

func (a *ASIC) ask(ctx context.Context, q publish.Question, to *publish.Answer) error {
	name, err := attrName(q.Type, q.Attr)
	if err != nil {
		return err
	}
	r, err := a.query(ctx, opAttrCapability, fieldType, q.Type.String(), fieldAttr, name)
	if err != nil {
		return err
	}
	if r.Status == sai.StatusSuccess && len(r.Values) >= 6 {
		to.Create, to.Set, to.Get = r.Values[1] == fieldValue, r.Values[3] == fieldValue, r.Values[5] == fieldValue
	}
	if info, _ := sai.ObjectTypeInfo(q.Type); info.Attr(q.Attr).Enum == nil {
		return nil
	}
	to.Values, err = a.EnumValues(ctx, q.Type, q.Attr)
	return err
}
