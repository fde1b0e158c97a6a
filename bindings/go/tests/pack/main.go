// Command pack packs the module in a folder, as Go takes it from a module proxy:
//
//	pack FOLDER VERSION PROXY
//
// PROXY is the folder of the proxy: GOPROXY=file://PROXY.
package main

import (
	"fmt"
	"os"

	"github.com/messente/libverigator/bindings/go/tests/module"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: pack FOLDER VERSION PROXY")
		os.Exit(2)
	}
	if err := module.Pack(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}
