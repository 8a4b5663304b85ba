package role

import (
	"fmt"
	"os/user"
	"strconv"
)

// Groups names the groups of a user.
func Groups(uid int) ([]string, error) {
	u, err := user.LookupId(strconv.Itoa(uid))
	if err != nil {
		return nil, fmt.Errorf("look up user %d: %w", uid, err)
	}
	ids, err := u.GroupIds()
	if err != nil {
		return nil, fmt.Errorf("look up groups of %s: %w", u.Username, err)
	}
	var names []string
	for _, id := range ids {
		g, err := user.LookupGroupId(id)
		if err != nil {
			continue // a group without a name gives no role
		}
		names = append(names, g.Name)
	}
	return names, nil
}
