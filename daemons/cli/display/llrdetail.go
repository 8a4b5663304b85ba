package display

import (
	"context"
	"strings"
)

// llrDetail are the counters of a port in words, in groups with a line between.
func llrDetail() [][]llrField {
	return [][]llrField{
		{
			{"LLR_TX_INIT_CTL_OS", "LLR_INIT      CtrlOS Transmitted"}, {"LLR_TX_INIT_ECHO_CTL_OS", "LLR_INIT_ECHO CtrlOS Transmitted"},
			{"LLR_TX_ACK_CTL_OS", "LLR_ACK       CtrlOS Transmitted"}, {"LLR_TX_NACK_CTL_OS", "LLR_NACK      CtrlOS Transmitted"},
		},
		{
			{"LLR_TX_OK", "LLR Frames Transmitted OK"}, {"LLR_TX_POISONED", "LLR Frames Transmitted as poisoned"},
			{"LLR_TX_DISCARD", "LLR Frames Discarded at Transmit"}, {"LLR_TX_REPLAY", "LLR Tx Replay Triggered Count"},
		},
		{
			{"LLR_RX_INIT_CTL_OS", "LLR_INIT      CtrlOS Received"}, {"LLR_RX_INIT_ECHO_CTL_OS", "LLR_INIT_ECHO CtrlOS Received"},
			{"LLR_RX_ACK_CTL_OS", "LLR_ACK       CtrlOS Received"}, {"LLR_RX_NACK_CTL_OS", "LLR_NACK      CtrlOS Received"},
			{"LLR_RX_ACK_NACK_SEQ_ERROR", "LLR_ACK/NACK  CtrlOS Received with SeqNum error"},
		},
		{
			{"LLR_RX_OK", "LLR Frames Received OK"}, {"LLR_RX_POISONED", "LLR Frames Received as Poisoned"},
			{"LLR_RX_BAD", "LLR Frames Received as Bad"}, {"LLR_RX_REPLAY", "LLR Rx Replay Detect Count"},
		},
		{
			{"LLR_RX_EXPECTED_SEQ_GOOD", "LLR Frames Received OK with expected seq num"},
			{"LLR_RX_EXPECTED_SEQ_POISONED", "LLR Frames Received Poisoned with expected seq num"},
			{"LLR_RX_EXPECTED_SEQ_BAD", "LLR Frames Received Bad with expected seq num"},
		},
		{
			{"LLR_RX_MISSING_SEQ", "LLR Frames Received with Unexpected seq num"}, {"LLR_RX_DUPLICATE_SEQ", "LLR Frames Received with Duplicate seq num"},
		},
	}
}

// llrLabelWidth is where the dots after a label end.
const llrLabelWidth = 60

func showLLRDetail(ctx context.Context, v *view, args []string) error {
	only := ""
	if len(args) > 0 {
		only = args[0]
	}
	l, err := v.llrCounters(ctx, only)
	if err != nil || l == nil {
		return err
	}
	var out ordered
	for _, port := range l.ports {
		var facts ordered
		for _, group := range llrDetail() {
			for _, f := range group {
				facts = append(facts, member{f.name, l.value(port, f.field)})
			}
		}
		out = append(out, member{port, facts})
		if !v.json {
			v.printLLRDetail(l, port)
		}
	}
	if v.json {
		return v.printJSON(out)
	}
	return nil
}

func (v *view) printLLRDetail(l *llrCounters, port string) {
	title := "LLR Counters - " + port
	v.Printf("%s\n%s\n", title, strings.Repeat("-", len(title)+1))
	for _, group := range llrDetail() {
		for _, f := range group {
			v.Printf("%s %s %s\n", f.name, strings.Repeat(".", max(1, llrLabelWidth-len(f.name))), l.value(port, f.field))
		}
		v.Printf("\n")
	}
}
