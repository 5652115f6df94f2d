package main

import (
	"bytes"
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// chosen is the variable of the environment that says which mutant lives in a run; the first is 1, and 0 is none.
const chosen = "PEIKAO_MUTANT"

// stand is where the copy of a function that has a mutant in it stands, in lines of the planted file.
type stand struct{ first, last int }

// planted is a file with a copy of its function for each mutant, and at the beginning of the function the choice between them, so that
// one program holds all mutants. What stands in no function, or in one whose parameters have no names, is left out. The lines before
// the copies are those of the file.
func planted(file string, src []byte, list map[int]mutant) (text []byte, stands map[int]stand, err error) {
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, nil, err
	}
	offset := func(p token.Pos) int { return set.Position(p).Offset }
	var out, copies bytes.Buffer
	stands, done, lines := map[int]stand{}, 0, 1+bytes.Count(src, []byte("\n"))
	for _, d := range parsed.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		before, call, ok := callOf(f)
		if !ok {
			continue
		}
		var choice strings.Builder
		from, named, to := offset(f.Pos()), offset(f.Name.End()), offset(f.End())
		for _, n := range slices.Sorted(maps.Keys(list)) {
			m := list[n]
			if m.offset < named || m.offset >= to {
				continue
			}
			name := fmt.Sprintf("_mutant%d", n)
			fmt.Fprintf(&choice, "case %d: %s%s%s%s; ", n, before, f.Name.Name, name, call)
			text := "\n" + string(src[from:named]) + name + string(src[named:m.offset]) + m.is + string(src[m.offset+len(m.was):to])
			copies.WriteString(text)
			stands[n] = stand{lines + 1, lines + strings.Count(text, "\n")}
			lines = stands[n].last
		}
		if choice.Len() > 0 {
			begins := offset(f.Body.Lbrace) + 1
			out.Write(src[done:begins])
			fmt.Fprintf(&out, " switch plantedMutant { %s}; ", choice.String())
			done = begins
		}
	}
	out.Write(src[done:])
	out.Write(copies.Bytes())
	return out.Bytes(), stands, nil
}

// callOf is how a function hands all that it was given on to another of its kind: what stands before that one's name and behind it. ok is
// false where it cannot.
func callOf(f *ast.FuncDecl) (before, behind string, ok bool) {
	if f.Body == nil || f.Type.TypeParams != nil || f.Name.Name == "init" {
		return "", "", false
	}
	if f.Type.Results != nil {
		before = "return "
	} else {
		behind = "; return"
	}
	if f.Recv != nil {
		if len(f.Recv.List[0].Names) == 0 || f.Recv.List[0].Names[0].Name == "_" {
			return "", "", false
		}
		before += f.Recv.List[0].Names[0].Name + "."
	}
	var given []string
	for _, p := range f.Type.Params.List {
		if len(p.Names) == 0 {
			return "", "", false
		}
		dots := ""
		if _, variadic := p.Type.(*ast.Ellipsis); variadic {
			dots = "..."
		}
		for _, n := range p.Names {
			if n.Name == "_" {
				return "", "", false
			}
			given = append(given, n.Name+dots)
		}
	}
	return before, "(" + strings.Join(given, ", ") + ")" + behind, true
}

// complaint is where the compiler found something wrong.
var complaint = regexp.MustCompile(`(?m)^\S*?planted-([^/\s]+\.go):(\d+):`)

// plantAll makes one program of as many mutants as go into one, and tells which those are, by their place in the list, and which
// of them do not compile.
func (w *workshop) plantAll(ctx context.Context, list []mutant) (bin string, verdicts map[int]verdict, err error) {
	bin, verdicts = filepath.Join(w.tmp, "all"), map[int]verdict{}
	byFile := map[string]map[int]mutant{}
	for i, m := range list {
		if byFile[m.file] == nil {
			byFile[m.file] = map[int]mutant{}
		}
		byFile[m.file][i+1] = m
	}
	for {
		changed, stands := map[string]string{}, map[string]map[int]stand{}
		for file, mutants := range byFile {
			text, at, err := planted(file, w.text[file], mutants)
			if err != nil {
				return "", nil, err
			}
			stands[filepath.Base(file)] = at
			if err := w.lay(changed, file, "planted-"+filepath.Base(file), text); err != nil {
				return "", nil, err
			}
			for n := range at {
				verdicts[n-1] = lived
			}
		}
		if len(changed) == 0 {
			return "", verdicts, nil
		}
		name, err := w.packageName()
		if err != nil {
			return "", nil, err
		}
		choice := fmt.Sprintf("package %s\n\nimport (\n\t\"os\"\n\t\"strconv\"\n)\n\nvar plantedMutant, _ = strconv.Atoi(os.Getenv(%q))\n", name, chosen)
		if err := w.lay(changed, filepath.Join(w.dir, "planted_mutant.go"), "planted_mutant.go", []byte(choice)); err != nil {
			return "", nil, err
		}
		said, err := w.compile(ctx, bin, changed)
		if err == nil {
			return bin, verdicts, w.passes(ctx, bin)
		}
		wrong := false
		for _, c := range complaint.FindAllSubmatch(said, -1) {
			line, _ := strconv.Atoi(string(c[2])) // digits
			for n, s := range stands[string(c[1])] {
				if line >= s.first && line <= s.last {
					verdicts[n-1], wrong = impossible, true
					delete(byFile[list[n-1].file], n)
				}
			}
		}
		if !wrong {
			return "", nil, fmt.Errorf("%w: %s", err, said)
		}
	}
}

func (w *workshop) packageName() (string, error) {
	files, err := w.sources()
	if err != nil {
		return "", err
	}
	src, err := os.ReadFile(filepath.Join(w.dir, files[0]))
	if err != nil {
		return "", err
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), files[0], src, parser.PackageClauseOnly)
	if err != nil {
		return "", err
	}
	return parsed.Name.Name, nil
}
