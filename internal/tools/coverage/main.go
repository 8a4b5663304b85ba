// Command coverage counts the documented commands of SONiC that Heddle has, and with -w writes the page that lists them.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/cli/configure"
	"github.com/heddle-nos/heddle/daemons/cli/counterpoll"
	"github.com/heddle-nos/heddle/daemons/cli/coverage"
	"github.com/heddle-nos/heddle/daemons/cli/crm"
	"github.com/heddle-nos/heddle/daemons/cli/display"
	"github.com/heddle-nos/heddle/daemons/cli/session"
)

func main() {
	page := flag.String("w", "", "write the page to this file")
	flag.Parse()
	list := coverage.Judge(programs()...)
	working, all := coverage.Count(list)
	fmt.Printf("commands: %d of %d documented usages\n", working, all)
	if *page == "" {
		return
	}
	var text bytes.Buffer
	coverage.Write(&text, list)
	if err := os.WriteFile(*page, text.Bytes(), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, "write the page of commands:", err)
		os.Exit(1)
	}
}

// programs are the command trees of an installed switch.
func programs() []*cobra.Command {
	s := &session.Session{}
	return []*cobra.Command{configure.New(s), display.New(s), display.NewClear(s), crm.New(s), counterpoll.New(s)}
}
