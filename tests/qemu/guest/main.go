package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"

	"golang.org/x/sys/unix"

	"github.com/heddle-nos/heddle/tests/qemu/machine"
)

func main() {
	if os.Getpid() != 1 {
		fmt.Fprintln(os.Stderr, "guest: this is the init of a test machine and nothing else")
		os.Exit(2)
	}
	work()
	unix.Sync()
	_ = unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
}

// work does everything; whatever fails is told on the line for results, or on the console while there is none.
func work() {
	if err := mountAll(); err != nil {
		fmt.Println("guest:", err)
	}
	out, err := os.OpenFile(machine.ResultLine, os.O_WRONLY, 0)
	if err != nil {
		fmt.Println("guest:", err)
		return
	}
	defer out.Close()
	if err := obey(out); err != nil {
		fmt.Fprintf(out, "\n%s%v\n", machine.MarkFault, err)
	}
	fmt.Fprintf(out, "\n%s\n", machine.MarkDone)
	time.Sleep(100 * time.Millisecond) // the line's last bytes leave it; nothing tells when
}

func obey(out io.Writer) error {
	text, err := os.ReadFile(machine.OrdersFile)
	if err != nil {
		return fmt.Errorf("read orders: %w", err)
	}
	var orders machine.Orders
	if err := json.Unmarshal(text, &orders); err != nil {
		return fmt.Errorf("read orders: %w", err)
	}
	if err := prepare(orders.Modules); err != nil {
		return err
	}
	for _, p := range orders.Programs {
		fmt.Fprintf(out, "\n%s%s\n", machine.MarkBegin, p.Name)
		status := run(out, p)
		fmt.Fprintf(out, "\n%s%d\n", machine.MarkEnd, status)
	}
	return nil
}

// run runs one program and returns its exit status, or -1 with the reason printed.
func run(out io.Writer, p machine.Program) int {
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(p.Seconds)*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, p.Args[0], p.Args[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = p.Dir, out, out
	cmd.Env = append(os.Environ(), p.Env...)
	cmd.WaitDelay = time.Second // daemons that it left behind may hold its output
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit) && exit.Exited():
		return exit.ExitCode()
	case ctx.Err() != nil:
		fmt.Fprintf(out, "killed: it ran longer than %d s\n", p.Seconds)
	default:
		fmt.Fprintf(out, "run %s: %v\n", p.Args[0], err)
	}
	return -1
}
