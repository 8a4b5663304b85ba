package display

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// watermarkRequests is the channel of APPL_DB on which orchagent is asked to
// start watermarks anew.
const watermarkRequests = "WATERMARK_CLEAR_REQUEST"

// addClearWatermarks makes the commands that start watermarks anew. They are the
// same for everybody, so the switch is asked.
func addClearWatermarks(s *session.Session, root *cobra.Command) {
	for name, who := range map[string]string{"watermark": "USER", "persistent-watermark": "PERSISTENT"} {
		for _, w := range watermarks() {
			request(strings.ReplaceAll(w.path, "%s", name), w.script, who).add(s, root)
		}
		for _, p := range pools() {
			request(p.group+" "+name, p.script, who).add(s, root)
		}
	}
}

// request is the command for one kind of watermarks; SONiC's scripts and daemons
// know the kind by the same word.
func request(path, script, who string) clearing {
	return clearing{path: path, short: "Clear watermarks", root: true, spaced: true, run: func(ctx context.Context, v *view, _ []string) error {
		db, err := v.DB(statedb.ApplDB)
		if err != nil {
			return err
		}
		return statedb.Publish(ctx, db, watermarkRequests, who, strings.ToUpper(script), nil)
	}}
}
