package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// unit is a declaration that is kept or left out as a whole.
type unit struct {
	file  string
	names []string        // that it declares; of a method its own
	of    string          // the receiver's type of a method
	says  map[string]bool // see namesIn
	text  []byte          // with its comment
	kept  bool
}

// calledUnseen are methods that others call without naming them here.
var calledUnseen = []string{"String", "Error", "MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText", "Value", "Scan", "Len", "Less", "Swap"}

// shaken are the files of a package without the declarations that neither the files that are whole nor the tests to run speak of,
// by the names alone: tests of a package that never reach its database are compiled without it. A file of which nothing is left has
// no text.
func shaken(dir string, whole []string, run *regexp.Regexp) (map[string][]byte, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	out, heads := map[string][]byte{}, map[string]head{}
	var units []*unit
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		h, list, err := partsOf(file, src)
		if err != nil {
			return nil, err
		}
		heads[file], units = h, append(units, list...)
		if slices.Contains(whole, filepath.Base(file)) {
			out[file] = src
		}
	}
	keep(units, func(u *unit) bool {
		return out[u.file] != nil || u.of == "" && (u.names[0] == "init" || strings.HasPrefix(u.names[0], "Test") && strings.HasSuffix(u.file, "_test.go") && run.MatchString(u.names[0]))
	})
	for _, file := range files {
		if out[file] == nil {
			out[file] = heads[file].with(slices.DeleteFunc(slices.Clone(units), func(u *unit) bool { return u.file != file || !u.kept }))
		}
	}
	return out, nil
}

// keep marks the units that roots begin from and all that they speak of.
func keep(units []*unit, root func(*unit) bool) {
	said := map[string]bool{}
	types := map[string]bool{}
	for again := true; again; {
		again = false
		for _, u := range units {
			spoken := slices.ContainsFunc(u.names, func(n string) bool {
				if u.of == "" {
					return n != "_" && said[n]
				}
				return said["."+n] || slices.Contains(calledUnseen, n)
			})
			if u.kept || !root(u) && (!spoken || u.of != "" && !types[u.of]) {
				continue
			}
			u.kept, again = true, true
			for n := range u.says {
				said[n] = true
			}
			for _, n := range u.names {
				types[n] = types[n] || u.of == ""
			}
		}
	}
}

// head is a file's package clause and what it imports.
type head struct {
	clause  []byte
	imports []*ast.ImportSpec
}

func (h head) with(units []*unit) []byte {
	if len(units) == 0 {
		return nil
	}
	out := slices.Concat(h.clause, []byte("\n"))
	for _, i := range h.imports {
		whole, _ := strconv.Unquote(i.Path.Value) // it was parsed
		name := path.Base(whole)
		if regexp.MustCompile(`^v[0-9]+$`).MatchString(name) {
			name = path.Base(path.Dir(whole))
		}
		name, _, _ = strings.Cut(name, ".") // gopkg.in/yaml.v3
		written := i.Path.Value
		if i.Name != nil {
			name, written = i.Name.Name, i.Name.Name+" "+written
		}
		if name == "_" || slices.ContainsFunc(units, func(u *unit) bool { return u.says[name+"."] }) {
			out = append(out, "import "+written+"\n"...)
		}
	}
	for _, u := range units {
		out = append(append(out, u.text...), '\n')
	}
	return out
}

// partsOf parts a file into its head and its declarations. Constants that are declared together stay together.
func partsOf(file string, src []byte) (head, []*unit, error) {
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return head{}, nil, err
	}
	text := func(doc *ast.CommentGroup, n ast.Node) []byte {
		from := n.Pos()
		if doc != nil {
			from = doc.Pos()
		}
		return src[set.Position(from).Offset:set.Position(n.End()).Offset]
	}
	var units []*unit
	for _, d := range parsed.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			u := &unit{file: file, names: []string{d.Name.Name}, says: namesIn(d), text: text(d.Doc, d)}
			if d.Recv != nil {
				u.of = receiver(d.Recv.List[0].Type)
			}
			units = append(units, u)
		case *ast.GenDecl:
			if d.Tok == token.CONST || !d.Lparen.IsValid() && d.Tok != token.IMPORT {
				units = append(units, &unit{file: file, names: declared(d.Specs...), says: namesIn(d), text: text(d.Doc, d)})
				continue
			}
			for _, s := range d.Specs {
				if _, ok := s.(*ast.ImportSpec); ok {
					continue
				}
				units = append(units, &unit{file: file, names: declared(s), says: namesIn(s), text: slices.Concat(docOf(s, text), []byte("\n"+d.Tok.String()+" "), text(nil, s))})
			}
		}
	}
	return head{bytes.TrimSpace(src[set.Position(parsed.Package).Offset:set.Position(parsed.Name.End()).Offset]), parsed.Imports}, units, nil
}

// docOf is the comment of one of several declarations, which may be an order to the compiler.
func docOf(s ast.Spec, text func(*ast.CommentGroup, ast.Node) []byte) []byte {
	if v, ok := s.(*ast.ValueSpec); ok && v.Doc != nil {
		return text(nil, v.Doc)
	}
	return nil
}

func declared(specs ...ast.Spec) (names []string) {
	for _, s := range specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			names = append(names, s.Name.Name)
		case *ast.ValueSpec:
			for _, n := range s.Names {
				names = append(names, n.Name)
			}
		}
	}
	return names
}

func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// namesIn are the names that stand by themselves in a declaration; those that are taken from something have a dot before them, and what
// they are taken from, as it may be a package, has one behind it.
func namesIn(n ast.Node) map[string]bool {
	out := map[string]bool{}
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			out[n.Name] = true
		case *ast.InterfaceType:
			for _, m := range n.Methods.List {
				for _, name := range m.Names {
					out["."+name.Name] = true
				}
			}
		case *ast.SelectorExpr:
			out["."+n.Sel.Name] = true
			if x, ok := n.X.(*ast.Ident); ok {
				out[x.Name+"."] = true
			}
			maps.Copy(out, namesIn(n.X))
			return false
		}
		return true
	})
	return out
}
