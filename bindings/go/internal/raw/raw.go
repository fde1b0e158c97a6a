// Package raw is the C API as Go can call it: handles are numbers, text is copied on its way in and out,
// and a failure comes with what is known of it, since Go may be on another thread by its next call.
//
// It holds no state and makes no decisions; package verigator is what programs use. What each function
// does is told in verigator.h, at the function of the same name.
package raw

// #include "shim.h"
import "C"

import (
	"bytes"
	"fmt"
	"unsafe"
)

// Handle is a handle of the library: a value and no address, so that the collector never follows it.
type Handle uintptr

// Empty is the status of a queue in which no call is under way.
const Empty = C.VERIGATOR_EMPTY

// HeaderVersion is the version of the header that this was compiled with.
func HeaderVersion() string {
	return fmt.Sprintf("%d.%d.%d",
		C.VERIGATOR_VERSION_MAJOR, C.VERIGATOR_VERSION_MINOR, C.VERIGATOR_VERSION_PATCH)
}

// LibraryVersion is the version of the library that was loaded.
func LibraryVersion() string {
	return C.GoString(C.verigator_version())
}

// StatusName is the name of a status, such as "NOT_FOUND".
func StatusName(status int32) string {
	return C.GoString(C.verigator_status_name(C.int32_t(status)))
}

// A text on its way to C, NUL-terminated. The library copies it before its function returns.
type text []byte

// textIn copies s. A NUL, which would end the text early, goes as the two bytes by which the library
// knows it and refuses it.
func textIn(s string) text {
	text := make(text, len(s), len(s)+1)
	copy(text, s)
	if bytes.IndexByte(text, 0) >= 0 {
		text = bytes.ReplaceAll(text, []byte{0}, []byte{0xc0, 0x80})
	}
	return append(text, 0)
}

// optionalTextIn copies what s points to; nil becomes NULL.
func optionalTextIn(s *string) text {
	if s == nil {
		return nil
	}
	return textIn(*s)
}

// c is the text's address, NULL for none.
func (t text) c() *C.char {
	return (*C.char)(unsafe.Pointer(unsafe.SliceData(t)))
}

// wipe overwrites the copy: it may have been a secret.
func (t text) wipe() {
	clear(t)
}

// bytesIn is the address of bytes that need no copy, and their number.
func bytesIn(b []byte) (*C.char, C.size_t) {
	return text(b).c(), C.size_t(len(b))
}

// optionalTextOut copies a string of the library; nil for NULL.
func optionalTextOut(s *C.char) *string {
	if s == nil {
		return nil
	}
	text := C.GoString(s)
	return &text
}
