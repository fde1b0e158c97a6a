//go:build !cgo

package raw

// The library is called through cgo. Where Go has it off (CGO_ENABLED=0, no C compiler, or another
// platform than this one), this is the one error that the build ends with.
var _ = libverigator_needs_cgo_SET_CGO_ENABLED_1_AND_INSTALL_A_C_COMPILER_AND_pkg_config
