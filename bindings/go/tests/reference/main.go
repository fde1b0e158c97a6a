// Command reference writes the documentation of a package as HTML: what go/doc reads in its folder, on one page.
//
//	reference FOLDER IMPORT_PATH > index.html
//
// Go's own tool for that is a server, pkgsite.
package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"go/ast"
	"go/doc"
	"go/doc/comment"
	"go/format"
	"go/parser"
	"go/printer"
	"go/token"
	"html/template"
	"net/url"
	"os"
	"path/filepath"
)

//go:embed reference.html
var page string

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: reference FOLDER IMPORT_PATH")
		os.Exit(2)
	}
	if err := write(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "reference:", err)
		os.Exit(1)
	}
}

func write(folder, importPath string) error {
	files := token.NewFileSet()
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return err
	}
	var parsed []*ast.File
	for _, name := range names {
		file, err := parser.ParseFile(files, name, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		parsed = append(parsed, file)
	}
	// Files of tests give examples.
	documented, err := doc.NewFromFiles(files, parsed, importPath)
	if err != nil {
		return err
	}
	made, err := template.New("").Funcs(template.FuncMap{
		"comment": func(text string, level int) template.HTML { return commented(documented, text, level) },
		"fields":  fields,
		"code":    func(what any) (string, error) { return code(files, what) },
	}).Parse(page)
	if err != nil {
		return err
	}
	return made.Execute(os.Stdout, documented)
}

// commented returns a comment, whose headings are of this level.
func commented(documented *doc.Package, text string, level int) template.HTML {
	printer := documented.Printer()
	printer.HeadingLevel = level
	printer.DocLinkBaseURL = "https://pkg.go.dev"
	parsed := documented.Parser().Parse(text)
	for _, block := range parsed.Content {
		if paragraph, is := block.(*comment.Paragraph); is {
			unlink(paragraph.Text)
		}
	}
	return template.HTML(printer.HTML(parsed))
}

// unlink takes the links off what only looks like a URL, such as "http://host:port".
func unlink(texts []comment.Text) {
	for i, text := range texts {
		link, is := text.(*comment.Link)
		if !is || !link.Auto {
			continue
		}
		if _, err := url.Parse(link.URL); err != nil {
			texts[i] = comment.Plain(link.URL)
		}
	}
}

// fields returns what a type's exported fields are called, which comments may refer to.
func fields(declared *doc.Type) []string {
	var names []string
	ast.Inspect(declared.Decl, func(node ast.Node) bool {
		if field, is := node.(*ast.Field); is {
			for _, name := range field.Names {
				names = append(names, name.Name)
			}
		}
		return true
	})
	return names
}

// code returns a declaration, or the body of an example.
func code(files *token.FileSet, what any) (string, error) {
	if example, is := what.(*doc.Example); is {
		what = &printer.CommentedNode{Node: example.Code, Comments: example.Comments}
	}
	if function, is := what.(*ast.FuncDecl); is {
		function.Doc, function.Body = nil, nil
	}
	var text bytes.Buffer
	err := format.Node(&text, files, what)
	return text.String(), err
}
