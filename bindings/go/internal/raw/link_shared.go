//go:build cgo && !verigator_static

package raw

// #cgo pkg-config: verigator
import "C"
