package command

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/heddle-nos/heddle/daemons/lab"
	"github.com/heddle-nos/heddle/daemons/lab/topology"
)

// Streams are where the commands print.
type Streams struct {
	Out, Err io.Writer
}

// factory holds what every command needs.
type factory struct {
	streams Streams
	bin     string
	verbose bool
}

// New builds the command line. bin is the directory of the product's programs.
func New(streams Streams, bin string) *cobra.Command {
	f := &factory{streams: streams, bin: bin}
	root := &cobra.Command{
		Use:           "heddle-lab",
		Short:         "Switches and hosts in network namespaces",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetOut(streams.Out)
	root.SetErr(streams.Err)
	root.PersistentFlags().StringVar(&f.bin, "bin", bin, "directory of the product's programs")
	root.PersistentFlags().BoolVarP(&f.verbose, "verbose", "v", false, "log what is done")
	root.AddCommand(
		newUp(f), newDown(f), newWait(f), newStatus(f), newExec(f), newRestart(f), newLogs(f), newDemo(f), newSupervise(f),
	)
	return root
}

func (f *factory) logger() *slog.Logger {
	level := slog.LevelWarn
	if f.verbose {
		level = slog.LevelInfo
	}
	return slog.New(slog.NewTextHandler(f.streams.Err, &slog.HandlerOptions{Level: level}))
}

// fromFile describes the lab of a topology file.
func (f *factory) fromFile(path string) (*lab.Lab, error) {
	t, err := topology.Load(path)
	if err != nil {
		return nil, err
	}
	return lab.New(t, f.bin, f.logger())
}

// find opens a running lab by its name or by its topology file.
func (f *factory) find(nameOrFile string) (*lab.Lab, error) {
	if isName(nameOrFile) {
		return lab.Open(nameOrFile, f.logger())
	}
	t, err := topology.Load(nameOrFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no lab and no file %s", nameOrFile)
	}
	if err != nil {
		return nil, err
	}
	return lab.Open(t.Name, f.logger())
}

// isName tells a lab's name from a topology file.
func isName(nameOrFile string) bool { return filepath.Ext(nameOrFile) == "" }

// BinaryDir is where the running program lies, and with it the others.
func BinaryDir() string {
	path, err := os.Executable()
	if err != nil {
		return "."
	}
	return filepath.Dir(path)
}
