package cabi

import (
	"fmt"

	"github.com/heddle-nos/heddle/sai"
)

// AppendImage appends a value as one block that may lie at any address: the
// sai_attribute_value_t, then the lists it points to. Pointers are offsets in
// the image.
func AppendImage(dst []byte, m *sai.AttrMeta, v sai.Value) ([]byte, error) {
	mem := imageWriter{size: ValueSize}
	value := make([]byte, ValueSize)
	if err := EncodeValue(value, m, v, &mem); err != nil {
		return dst, err
	}
	dst = append(dst, value...)
	for _, b := range mem.blocks {
		dst = append(dst, b...)
	}
	return dst, nil
}

// ParseImage reads what AppendImage wrote. Any bytes may be given: a list that
// is not wholly inside of the image is an error, and so are lists that share
// bytes with others, which could stand for far more than was given.
func ParseImage(image []byte, m *sai.AttrMeta) (sai.Value, error) {
	if len(image) < ValueSize {
		return sai.Value{}, fmt.Errorf("%s: image of %d bytes: %w", m.Name, len(image), errSize)
	}
	return DecodeValue(image[:ValueSize], m, &imageReader{image: image, left: len(image) - ValueSize})
}

// imageWriter is the memory of an image in the making.
type imageWriter struct {
	blocks [][]byte
	size   int
}

func (w *imageWriter) Alloc(size int) (uint64, []byte) {
	const align = 8
	b := make([]byte, (size+align-1)&^(align-1))
	at := w.size
	w.blocks = append(w.blocks, b)
	w.size += len(b)
	return uint64(at), b[:size]
}

func (w *imageWriter) View(uint64, int) ([]byte, error) { return nil, errSize }

// imageReader is the memory of an image that is read; left is how many bytes
// its lists can still have.
type imageReader struct {
	image []byte
	left  int
}

func (r *imageReader) Alloc(int) (uint64, []byte) { return 0, nil }

func (r *imageReader) View(addr uint64, size int) ([]byte, error) {
	if addr < ValueSize || addr > uint64(len(r.image)) || uint64(size) > uint64(len(r.image))-addr || size > r.left {
		return nil, fmt.Errorf("list of %d bytes at %d of %d: %w", size, addr, len(r.image), errList)
	}
	r.left -= size
	return r.image[addr:][:size], nil
}
