package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/heddle-nos/heddle/yang"
)

func main() {
	models := flag.String("models", "yang/models", "directory of the YANG modules")
	flag.Parse()
	if err := run(*models); err != nil {
		fmt.Fprintln(os.Stderr, "validate:", err)
		os.Exit(1)
	}
}

func run(models string) error {
	before := configuration()
	checker := yang.NewChecker()
	start := time.Now()
	if found := checker.Check(yang.Config{}); len(found) > 0 {
		return errors.New(found[0].String())
	}
	cold := time.Since(start)
	if found := checker.Check(before); len(found) > 0 {
		return fmt.Errorf("%d problems in the configuration, first: %s", len(found), found[0])
	}
	fmt.Printf("%-44s %10s\n", fmt.Sprintf("%d rows", rows(before)), "median")
	report("read the compiled models, once", cold)
	whole := median(func() { checker.Check(before) })
	report("judge the whole", whole)
	for _, wrong := range []bool{false, true} {
		after, changed := change(before, wrong)
		found := len(checker.CheckChange(before, after, changed))
		if wrong != (found == 5) || !wrong && found > 0 {
			return fmt.Errorf("a change (wrong: %v) has %d problems", wrong, found)
		}
		took := median(func() { checker.CheckChange(before, after, changed) })
		report(fmt.Sprintf("judge a change of ten rows, %d of them wrong", found), took)
	}
	other, err := yanglint(models, before)
	if err != nil {
		fmt.Println("no comparison:", err)
		return nil
	}
	report("libyang, the same models and rows", other)
	fmt.Printf("%-44s %9.1fx\n", "libyang's time for one of ours", float64(other)/float64(whole))
	return nil
}

func report(what string, d time.Duration) {
	fmt.Printf("%-44s %8.2fms\n", what, float64(d)/float64(time.Millisecond))
}

// median runs something often enough to be sure.
func median(f func()) time.Duration {
	const times = 15
	took := make([]time.Duration, times)
	for i := range took {
		start := time.Now()
		f()
		took[i] = time.Since(start)
	}
	slices.Sort(took)
	return took[times/2]
}
