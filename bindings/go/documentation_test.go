package verigator_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
)

func TestEveryExportedItemIsDocumented(t *testing.T) {
	files := token.NewFileSet()
	var parsed []*ast.File
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if strings.HasSuffix(entry.Name(), ".go") && !strings.HasSuffix(entry.Name(), "_test.go") {
			file, err := parser.ParseFile(files, entry.Name(), nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			parsed = append(parsed, file)
		}
	}
	documented := 0
	expect := func(what, text string) {
		documented++
		if strings.TrimSpace(text) == "" {
			t.Errorf("%s has no comment", what)
		}
	}
	for _, file := range parsed {
		ast.Inspect(file, func(node ast.Node) bool {
			// A constant and a field each have a comment of their own.
			switch node := node.(type) {
			case *ast.FuncDecl:
				return false
			case *ast.ValueSpec:
				if node.Names[0].IsExported() {
					expect(node.Names[0].Name, node.Doc.Text())
				}
			case *ast.StructType:
				for _, field := range node.Fields.List {
					if len(field.Names) > 0 && field.Names[0].IsExported() {
						expect(field.Names[0].Name, field.Doc.Text())
					}
				}
			}
			return true
		})
	}
	documentation, err := doc.NewFromFiles(files, parsed, "github.com/messente/libverigator/bindings/go")
	if err != nil {
		t.Fatal(err)
	}
	expect("the package", documentation.Doc)
	for _, function := range documentation.Funcs {
		expect(function.Name, function.Doc)
	}
	for _, of := range documentation.Types {
		expect(of.Name, of.Doc)
		for _, function := range append(of.Funcs, of.Methods...) {
			expect(of.Name+"."+function.Name, function.Doc)
		}
	}
	if documented < 100 {
		t.Errorf("only %d items were looked at", documented)
	}
}
