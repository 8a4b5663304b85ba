package recording

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/heddle-nos/heddle/daemons/syncd/sairedis"
)

// Line is one line of a recording.
type Line struct {
	Letter  byte
	Request sairedis.Request // unless Status is set or it is a notification
	Status  string           // of an answer
	Fields  []string         // of an answer, alternating name and value
	Op      string           // of a notification
	Data    string           // of a notification
}

// IsRequest tells requests from answers and notifications.
func (l Line) IsRequest() bool { return l.Request.Op != "" }

// IsAnswer tells answers from requests and notifications.
func (l Line) IsAnswer() bool { return l.Status != "" }

// Parse reads one line without its newline.
func Parse(line string) (Line, error) {
	_, rest, ok := strings.Cut(line, "|")
	letter, rest, more := strings.Cut(rest, "|")
	if !ok || !more || len(letter) != 1 {
		return Line{}, fmt.Errorf("recording: %.80q has no letter and key", line)
	}
	l := Line{Letter: letter[0]}
	switch {
	case l.Letter == LetterNotification:
		l.Op, l.Data, _ = strings.Cut(rest, "|")
		return l, nil
	case isAnswer(l.Letter):
		return parseAnswer(l, rest)
	}
	return parseRequest(l, rest)
}

func parseRequest(l Line, rest string) (Line, error) {
	name, _, _ := strings.Cut(rest, "|")
	f, ok := formBy(l.Letter, name)
	if !ok {
		return Line{}, fmt.Errorf("recording: unknown letter %q before %.80q", l.Letter, rest)
	}
	if f.named() {
		_, rest, _ = strings.Cut(rest, "|")
	}
	l.Request.Op = f.op
	if f.op == "" {
		return Line{}, fmt.Errorf("recording: operation without a name")
	}
	if f.bulk {
		list := strings.Split(rest, "||")
		l.Request.Key = list[0]
		l.Request.Values = bulkFields(list[1:])
		if !strings.Contains(l.Request.Key, ":") { // other recorders leave the count out
			l.Request.Key += ":" + strconv.Itoa(len(list)-1)
		}
		return l, nil
	}
	l.Request.Key, rest, _ = strings.Cut(rest, "|")
	l.Request.Values = plainFields(rest)
	return l, nil
}

func parseAnswer(l Line, rest string) (Line, error) {
	if l.Letter == 'Q' {
		_, rest, _ = strings.Cut(rest, "|")
	}
	if status, list, bulk := strings.Cut(rest, "||"); bulk {
		l.Status, l.Fields = status, bulkFields(strings.Split(strings.TrimPrefix(list, "|"), "||"))
	} else {
		l.Status, rest, _ = strings.Cut(rest, "|")
		l.Fields = plainFields(rest)
	}
	if l.Status == "" {
		return Line{}, fmt.Errorf("recording: answer without a status")
	}
	return l, nil
}

func plainFields(s string) []string {
	var fv []string
	for rest := s; rest != ""; {
		var pair string
		pair, rest, _ = strings.Cut(rest, "|")
		name, value, _ := strings.Cut(pair, "=")
		fv = append(fv, name, value)
	}
	return fv
}

func bulkFields(list []string) []string {
	var fv []string
	for _, element := range list {
		id, attrs, _ := strings.Cut(element, "|")
		fv = append(fv, id, attrs)
	}
	return fv
}
