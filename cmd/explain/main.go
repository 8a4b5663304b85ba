// Command explain follows a prefix, address, station, port or VLAN from the configuration to the ASIC.
package main

import (
	"os"

	"github.com/heddle-nos/heddle/daemons/cli"
)

func main() { os.Exit(cli.Main(cli.Explain)) }
