package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/daemons/commit/journal"
	"github.com/heddle-nos/heddle/internal/statedb"
	"github.com/heddle-nos/heddle/yang"
)

// large is a valid configuration of that many rows: ports, VLANs and members.
func large(rows int, mtu string) commit.Config {
	c := commit.Config{"PORT": {}, "VLAN": {}, "VLAN_MEMBER": {}}
	const ports, vlans = 256, 1000
	left := rows
	put := func(table, key string, row commit.Row) {
		if left > 0 {
			c[table][key] = row
			left--
		}
	}
	for i := range ports {
		put("PORT", fmt.Sprintf("Ethernet%d", i), commit.Row{"lanes": fmt.Sprint(i), "speed": "100000", "mtu": mtu})
	}
	for id := 2; id < 2+vlans; id++ {
		put("VLAN", fmt.Sprintf("Vlan%d", id), commit.Row{"vlanid": fmt.Sprint(id)})
	}
	for m := 0; left > 0; m++ {
		put("VLAN_MEMBER", fmt.Sprintf("Vlan%d|Ethernet%d", 2+m%vlans, (m%vlans+m/vlans)%ports), commit.Row{"tagging_mode": "tagged"})
	}
	return c
}

// measure times single commits.
func measure(ctx context.Context, client *statedb.Client, dir string, rows, runs int) error {
	plain := commit.New(client, yang.NewChecker())
	j := journal.Open(filepath.Join(dir, "journal"), journal.DefaultLimits(), nil)
	recorded := plain.Recorded(j, commit.Author{User: "bench"}, time.Now)
	full := large(rows, "9100")
	for _, m := range []struct {
		name string
		work func() error
	}{
		{"judge the whole", func() error { _, err := commit.Judge(yang.NewChecker(), commit.Whole, nil, full, nil, nil); return err }},
		{"replace nothing by the whole", func() error { return replace(ctx, plain, full) }},
		{"the same, into the journal", func() error { return replace(ctx, recorded, full) }},
		{"change ten rows, into the journal", func() error { return small(ctx, recorded) }},
		{"go back one commit", func() error { _, _, err := j.Back(1); return err }},
	} {
		times := make([]time.Duration, runs)
		for i := range times {
			if m.name != "change ten rows, into the journal" && m.name != "go back one commit" {
				if err := replace(ctx, plain, commit.Config{}); err != nil {
					return err
				}
			}
			began := time.Now()
			if err := m.work(); err != nil {
				return fmt.Errorf("%s: %w", m.name, err)
			}
			times[i] = time.Since(began)
		}
		slices.Sort(times)
		fmt.Printf("%-36s %6d rows %10.1f ms (best %.1f)\n", m.name, rows, ms(times[len(times)/2]), ms(times[0]))
	}
	return nil
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func replace(ctx context.Context, e *commit.Engine, c commit.Config) error {
	r, err := e.Reload(ctx, c)
	if err == nil {
		err = r.Unrecorded
	}
	return err
}

// small changes ten rows, back and forth.
func small(ctx context.Context, e *commit.Engine) error {
	r, err := e.Change(ctx, commit.Added, func(c *commit.Candidate) error {
		for i := range 10 {
			name := fmt.Sprintf("Ethernet%d", i)
			row, _ := c.Row("PORT", name)
			mtu := "1500"
			if row["mtu"] == mtu {
				mtu = "9100"
			}
			c.SetField("PORT", name, "mtu", mtu)
		}
		return nil
	})
	if err == nil {
		err = r.Unrecorded
	}
	return err
}
