package role

import (
	"github.com/heddle-nos/heddle/daemons/commit"
)

// Permit says whether an author may change rows of these tables, by the groups he is in now; of none, whether he may change anything. It is for
// engines and commands of this machine, whose authors are its users. A user whose groups cannot be told has none.
func Permit(a commit.Author, tables []string) error {
	if a.UID == 0 {
		return nil
	}
	groups, err := Groups(a.UID)
	if err != nil {
		groups = nil
	}
	return Of(a.UID, a.As == rootName, groups).Permit(a.User, tables)
}

const rootName = "root"
