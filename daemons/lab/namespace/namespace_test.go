package namespace

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"testing"
)

func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("needs root to make network namespaces")
	}
}

func TestLife(t *testing.T) {
	needRoot(t)
	name := fmt.Sprintf("labtest-%d", os.Getpid())
	if err := Create(name); err != nil {
		t.Fatal(err)
	}
	defer Delete(name)
	if err := Create(name); err == nil {
		t.Error("created twice")
	}
	var links []net.Interface
	err := Do(name, func() (err error) { links, err = net.Interfaces(); return err })
	if err != nil || len(links) == 0 || links[0].Name != "lo" {
		t.Errorf("inside: %v, %v", links, err)
	}
	if err := Delete(name); err != nil {
		t.Error(err)
	}
	if Exists(name) {
		t.Error("exists after it was deleted")
	}
	if err := Delete(name); err != nil {
		t.Errorf("second delete: %v", err)
	}
	if err := Do(name, func() error { return nil }); err == nil {
		t.Error("entered a deleted namespace")
	}
}

func TestMembers(t *testing.T) {
	needRoot(t)
	name := fmt.Sprintf("labtest-m%d", os.Getpid())
	if err := Create(name); err != nil {
		t.Fatal(err)
	}
	defer Delete(name)
	cmd := exec.Command("sleep", "60")
	if err := Do(name, cmd.Start); err != nil {
		t.Fatal(err)
	}
	members, err := Members(name)
	if err != nil || !slices.Contains(members, cmd.Process.Pid) {
		t.Errorf("members are %v, %v; want %d", members, err, cmd.Process.Pid)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	if members, err = Members(name); err != nil || len(members) != 0 {
		t.Errorf("members are %v, %v after the only one ended", members, err)
	}
}
