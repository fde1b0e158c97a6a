//go:build cgo && verigator_static

package raw

// The archive by its name, since beside a shared library the linker would take that; what pkg-config names
// after it is then not needed, but for where the archive is, and for the libraries of the system.

// #cgo CFLAGS: -DVERIGATOR_STATIC
// #cgo LDFLAGS: -l:libverigator.a -Wl,--as-needed
// #cgo pkg-config: --static verigator
import "C"
