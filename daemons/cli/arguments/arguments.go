package arguments

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/click"
	"github.com/heddle-nos/heddle/daemons/cli/session"
	"github.com/heddle-nos/heddle/internal/natural"
	"github.com/heddle-nos/heddle/internal/statedb"
)

// Book describes the arguments of all programs. It implements click.Arguments.
type Book struct {
	session *session.Session
	entries map[string]entry
}

// New makes the book of one program's run. The databases are read only when values are asked for.
func New(s *session.Session) *Book {
	b := &Book{session: s, entries: make(map[string]entry)}
	for _, e := range entries() {
		for _, name := range strings.Fields(e.names) {
			b.entries[plain(name)] = e
		}
	}
	return b
}

// entry describes the arguments of some names.
type entry struct {
	names string // separated by blanks
	help  string
	from  []source
}

// source is where values come from: the keys of a table of CONFIG_DB, each through a function.
type source struct {
	table string
	word  func(key string) string // "" for a key that gives none
}

// plain is the form of a name in which "VLAN_ID", "vlan-id" and "vlanid" are alike.
func plain(name string) string {
	return strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(name))
}

// About describes an argument of a command.
func (b *Book) About(cmd *cobra.Command, name string) click.Argument {
	e, ok := b.entries[plain(name)]
	if !ok {
		return click.Argument{}
	}
	a := click.Argument{Help: e.help}
	if e.from != nil && !creates(cmd) {
		a.Values = func(ctx context.Context) []string { return b.values(ctx, e.from) }
	}
	return a
}

// creates says whether a command makes what it names, so that the names which exist are the ones not to be offered.
func creates(cmd *cobra.Command) bool {
	made := []string{"config vlan add", "config portchannel add", "config loopback add", "config vrf add", "config subinterface add", "config vnet add", "config vxlan add"}
	return slices.Contains(made, cmd.CommandPath())
}

// values reads the words that the switch has. A database that does not answer gives none: completion must not disturb the line that is
// being typed.
func (b *Book) values(ctx context.Context, from []source) []string {
	db, err := b.session.DB(statedb.ConfigDB)
	if err != nil {
		return nil
	}
	var words []string
	for _, s := range from {
		keys, err := db.Keys(ctx, s.table)
		if err != nil {
			return nil
		}
		for _, key := range keys {
			if w := s.word(key); w != "" {
				words = append(words, w)
			}
		}
	}
	slices.SortFunc(words, natural.Compare)
	return slices.Compact(words)
}
