// Command sonic-clear resets counters and tables.
package main

import (
	"os"

	"github.com/heddle-nos/heddle/daemons/cli"
)

func main() { os.Exit(cli.Main(cli.Clear)) }
