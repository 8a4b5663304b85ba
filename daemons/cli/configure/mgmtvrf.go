package configure

import (
	"context"

	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/yang/schema"
)

// isMgmtVRF knows the two names of the VRF for management.
func isMgmtVRF(name string) bool { return name == schema.MgmtVRF || name == "management" }

// enableMgmtVRF switches the VRF for management on or off. It is not one of those in the table of VRFs.
func enableMgmtVRF(ctx context.Context, s *session.Session, on bool) error {
	value, state := "false", "Disabled"
	if on {
		value, state = "true", "Enabled"
	}
	same := false
	err := s.Change(ctx, func(c *commit.Candidate) error {
		row, _ := c.Row(schema.TableMgmtVRFConfig, schema.KeyMgmtVRFGlobal)
		if same = (row["mgmtVrfEnabled"] == "true") == on; !same {
			c.SetField(schema.TableMgmtVRFConfig, schema.KeyMgmtVRFGlobal, "mgmtVrfEnabled", value)
		}
		return nil
	})
	if err == nil && same {
		s.Printf("ManagementVRF is already %s.\n", state)
	}
	return err
}
