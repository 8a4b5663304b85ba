// Package wire is the language between the software ASIC's libsai.so and asicd,
// spoken over a unix stream socket: length-prefixed little-endian frames that
// carry SAI calls in bulk, their replies, and notifications.
//
// A client opens with Hello, the server answers Welcome; then each Request,
// numbered by the client, gets one Reply with the same number, and
// Notifications may come in between. A client whose connection breaks opens a
// new one with the same session and sends its unanswered request again; the
// server answers a number it has served before from memory, so that every
// request takes effect exactly once.
//
// Every decoder takes arbitrary bytes: it returns an error, never panics, and
// never allocates more than a small multiple of what it was given. The package
// knows how SAI objects look, not what they mean; the C side of the same
// language is hal/softasic/libsai.
package wire

//go:generate go run github.com/heddle-nos/heddle/internal/tools/shimgen -o ../libsai/kinds_gen.h
