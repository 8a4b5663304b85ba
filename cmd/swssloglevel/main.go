// Command swssloglevel sets what daemons log while they run.
package main

import (
	"os"

	"github.com/heddle-nos/heddle/daemons/cli"
)

func main() { os.Exit(cli.Main(cli.Loglevel)) }
