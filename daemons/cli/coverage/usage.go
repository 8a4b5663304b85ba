package coverage

import (
	"regexp"
	"strings"
)

// optional matches what a usage puts in brackets; those may hold brackets of their own.
var optional = regexp.MustCompile(`\[[^\[\]]*\]`)

// split cuts a usage into the words that must stand in a line: command names, alternatives, arguments. Alternatives are one word.
func split(usage string) []string {
	for optional.MatchString(usage) {
		usage = optional.ReplaceAllString(usage, " ")
	}
	var words []string
	depth, start := 0, -1
	for i, r := range usage + " " {
		switch {
		case strings.ContainsRune("({<", r):
			depth++
		case strings.ContainsRune(")}>", r):
			depth--
		}
		blank := r == ' ' && depth <= 0
		if !blank && start < 0 {
			start = i
		}
		if blank && start >= 0 {
			words, start = append(words, usage[start:i]), -1
		}
	}
	return words
}

// name is what a command may be called.
var name = regexp.MustCompile(`^[a-zA-Z0-9][a-zA-Z0-9_.+-]*$`)

// alternatives gives the command names that a word stands for: "(add | del)", "{tcp|udp}", "add/del", "add". An option is none.
func alternatives(word string) []string {
	if strings.HasPrefix(word, "-") {
		return nil
	}
	word = strings.Trim(word, "(){}<>")
	var names []string
	for _, part := range strings.FieldsFunc(word, func(r rune) bool { return r == '|' || r == '/' }) {
		first, _, _ := strings.Cut(strings.TrimSpace(part), " ")
		if name.MatchString(first) {
			names = append(names, first)
		}
	}
	if len(names) == 0 {
		return []string{word} // no command is called so
	}
	return names
}

// long matches the long options of a usage.
var long = regexp.MustCompile(`(?:^|[\s\[|(])--([a-z][a-z0-9_-]+)`)

// options gives the long options that a usage names outside of brackets: those that must be.
func options(words []string) []string {
	var names []string
	for _, m := range long.FindAllStringSubmatch(strings.Join(words, " "), -1) {
		names = append(names, m[1])
	}
	return names
}
