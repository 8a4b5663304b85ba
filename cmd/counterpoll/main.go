// Command counterpoll shows and configures which counters are polled, and how often.
package main

import (
	"os"

	"github.com/heddle-nos/heddle/daemons/cli"
)

func main() { os.Exit(cli.Main(cli.Counterpoll)) }
