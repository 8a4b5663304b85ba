package publish

import "github.com/heddle-nos/heddle/sai"

// Question asks what the ASIC can do with an attribute.
type Question struct {
	Type sai.ObjectType
	Attr sai.AttrID
}

// Answer is what the ASIC says to a Question. An ASIC that does not say can do
// nothing.
type Answer struct {
	Create, Set, Get bool
	Values           []int32 // of an enumeration, or a list of it; nil: not told
}
