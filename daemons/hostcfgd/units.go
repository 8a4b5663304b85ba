package hostcfgd

import (
	"context"
	"fmt"

	"github.com/heddle-nos/heddle/daemons/hostcfgd/apply"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/feature"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/hostfile"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/program"
	"github.com/heddle-nos/heddle/daemons/hostcfgd/render"
)

// manager runs the units of features, by systemd.
type manager struct {
	program.Systemd
	files *apply.Applier
}

// Units asks for units.
func (m manager) Units(ctx context.Context, names ...string) (map[string]feature.Unit, error) {
	shown, err := m.Show(ctx, names...)
	if err != nil {
		return nil, err
	}
	out := make(map[string]feature.Unit, len(shown))
	for id, p := range shown {
		out[id] = feature.Unit{Loaded: p[program.LoadState] != "not-found", Boot: p[program.UnitFileState], Running: p[program.ActiveState]}
	}
	return out, nil
}

// SetRestart writes what systemd does when a unit ended.
func (m manager) SetRestart(ctx context.Context, unit string, restart bool) error {
	problems, err := m.files.Apply(ctx, render.Service{Name: "restart-" + unit}, restartPolicy(unit, restart))
	if err == nil && len(problems) > 0 {
		err = problems[0].Err
	}
	if err != nil {
		return fmt.Errorf("set restart of %s: %w", unit, err)
	}
	return nil
}

func restartPolicy(unit string, restart bool) render.Output {
	policy := "no"
	if restart {
		policy = "always"
	}
	t := hostfile.New("#")
	t.Add("[Service]")
	t.Add("Restart=%s", policy)
	return render.Output{
		Files: []hostfile.File{t.File("/etc/systemd/system/"+unit+".d/auto_restart.conf", hostfile.Public, nil)},
		Units: []render.Unit{{Action: render.Relearn}},
	}
}
