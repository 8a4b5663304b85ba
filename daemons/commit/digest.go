package commit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"math/bits"
	"slices"
)

// Digest stands for the content of a configuration. It is a sum over its rows,
// so that a change moves it on by the rows that changed alone.
type Digest struct{ high, low uint64 }

// DigestOf sums a whole configuration up.
func DigestOf(c Config) Digest {
	var d Digest
	for table, rows := range c {
		for key, row := range rows {
			d = d.plus(rowDigest(table, key, row))
		}
	}
	return d
}

// After gives the digest once the changes are made.
func (d Digest) After(changes []Change) Digest {
	for _, c := range changes {
		if c.Before != nil {
			d = d.minus(rowDigest(c.Table, c.Key, c.Before))
		}
		if c.After != nil {
			d = d.plus(rowDigest(c.Table, c.Key, c.After))
		}
	}
	return d
}

// IsZero says whether it is the digest of the empty configuration.
func (d Digest) IsZero() bool { return d == Digest{} }

// String gives 32 hexadecimal digits.
func (d Digest) String() string { return fmt.Sprintf("%016x%016x", d.high, d.low) }

// MarshalText is String.
func (d Digest) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Digest) UnmarshalText(text []byte) error {
	var raw [16]byte
	if len(text) != 2*len(raw) {
		return fmt.Errorf("read digest: %d characters, want %d", len(text), 2*len(raw))
	}
	if _, err := hex.Decode(raw[:], text); err != nil {
		return fmt.Errorf("read digest: %w", err)
	}
	d.high, d.low = binary.BigEndian.Uint64(raw[:8]), binary.BigEndian.Uint64(raw[8:])
	return nil
}

func (d Digest) plus(o Digest) Digest {
	low, carry := bits.Add64(d.low, o.low, 0)
	high, _ := bits.Add64(d.high, o.high, carry)
	return Digest{high, low}
}

func (d Digest) minus(o Digest) Digest {
	low, borrow := bits.Sub64(d.low, o.low, 0)
	high, _ := bits.Sub64(d.high, o.high, borrow)
	return Digest{high, low}
}

// rowDigest hashes a row. Lengths stand before the texts, so that no two rows
// have the same bytes.
func rowDigest(table, key string, row Row) Digest {
	buf := make([]byte, 0, 256)
	add := func(s string) {
		buf = binary.AppendUvarint(buf, uint64(len(s)))
		buf = append(buf, s...)
	}
	add(table)
	add(key)
	for _, field := range slices.Sorted(maps.Keys(row)) {
		add(field)
		add(row[field])
	}
	sum := sha256.Sum256(buf)
	return Digest{binary.BigEndian.Uint64(sum[:8]), binary.BigEndian.Uint64(sum[8:16])}
}
