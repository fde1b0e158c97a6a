// Package module packs the Go module as a module proxy hands it out.
package module

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

// Path is the module's path.
const Path = "github.com/messente/libverigator/bindings/go"

// Pack writes a version of the module in folder into proxy: the files of a module proxy, which GOPROXY
// takes as a file URL.
func Pack(folder, version, proxy string) error {
	var packed bytes.Buffer
	if err := zip.CreateFromDir(&packed, module.Version{Path: Path, Version: version}, folder); err != nil {
		return err
	}
	goMod, err := os.ReadFile(filepath.Join(folder, "go.mod"))
	if err != nil {
		return err
	}
	versions := filepath.Join(proxy, Path, "@v")
	if err := os.MkdirAll(versions, 0o755); err != nil {
		return err
	}
	for name, content := range map[string][]byte{
		"list":            []byte(version + "\n"),
		version + ".info": fmt.Appendf(nil, "{\"Version\":%q}\n", version),
		version + ".mod":  goMod,
		version + ".zip":  packed.Bytes(),
	} {
		if err := os.WriteFile(filepath.Join(versions, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
