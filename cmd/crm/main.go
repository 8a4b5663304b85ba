// Command crm shows and configures the watch over the ASIC's resources.
package main

import (
	"os"

	"github.com/heddle-nos/heddle/daemons/cli"
)

func main() { os.Exit(cli.Main(cli.CRM)) }
