package journal

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/heddle-nos/heddle/daemons/commit"
	"github.com/heddle-nos/heddle/internal/durable"
)

// encode writes a line about the commit, so that a list of commits need not
// read their rows, and then a row a line.
func encode(r commit.Record) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(r); err != nil {
		return nil, err
	}
	for _, c := range r.Changes {
		if err := enc.Encode(c); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

// decodeHeader reads the line about a commit.
func decodeHeader(r *bufio.Reader) (commit.Record, error) {
	var rec commit.Record
	line, err := r.ReadBytes('\n')
	if err != nil {
		return rec, fmt.Errorf("the first line is cut: %w", err)
	}
	err = json.Unmarshal(line, &rec)
	return rec, err
}

// decode reads all of it.
func decode(in io.Reader) (commit.Record, error) {
	r := bufio.NewReader(in)
	rec, err := decodeHeader(r)
	if err != nil {
		return rec, err
	}
	dec := json.NewDecoder(r)
	for {
		var c commit.Change
		err := dec.Decode(&c)
		if err == io.EOF {
			break
		}
		if err != nil {
			return rec, fmt.Errorf("row %d: %w", len(rec.Changes)+1, err)
		}
		rec.Changes = append(rec.Changes, c)
	}
	if len(rec.Changes) != rec.Rows {
		return rec, fmt.Errorf("%d rows, want %d", len(rec.Changes), rec.Rows)
	}
	return rec, nil
}

func readEntry(path string) (commit.Record, error) {
	f, err := os.Open(path)
	if err != nil {
		return commit.Record{}, err
	}
	defer f.Close()
	rec, err := decode(f)
	if err != nil {
		return rec, fmt.Errorf("%s: %w", path, err)
	}
	return rec, nil
}

func readHeader(path string) (commit.Record, error) {
	f, err := os.Open(path)
	if err != nil {
		return commit.Record{}, err
	}
	defer f.Close()
	rec, err := decodeHeader(bufio.NewReader(f))
	if err != nil {
		return rec, fmt.Errorf("%s: %w", path, err)
	}
	return rec, nil
}

// writeBase keeps a whole configuration.
func writeBase(path string, c commit.Config) error {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		return err
	}
	if _, err := z.Write(commit.Format(c)); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return durable.WriteFile(path, b.Bytes(), fileMode)
}

func readBase(path string) (commit.Config, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	c, err := commit.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}
