package main

import (
	"bytes"
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// changes are the faults that are planted: each operator with what is put in its place, one at a time. They are those of gremlins.
var changes = map[token.Token][]string{
	token.ADD: {"-"}, token.SUB: {"+"}, token.MUL: {"/"}, token.QUO: {"*"}, token.REM: {"*"},
	token.LSS: {"<=", ">="}, token.LEQ: {"<", ">"}, token.GTR: {">=", "<="}, token.GEQ: {">", "<"},
	token.EQL: {"!="}, token.NEQ: {"=="},
	token.LAND: {"||"}, token.LOR: {"&&"}, token.NOT: {""},
	token.AND: {"|"}, token.OR: {"&"}, token.XOR: {"&"}, token.AND_NOT: {"&"}, token.SHL: {">>"}, token.SHR: {"<<"},
	token.INC: {"--"}, token.DEC: {"++"},
	token.ADD_ASSIGN: {"-=", "="}, token.SUB_ASSIGN: {"+=", "="}, token.MUL_ASSIGN: {"/=", "="}, token.QUO_ASSIGN: {"*=", "="}, token.REM_ASSIGN: {"*=", "="},
	token.AND_ASSIGN: {"|=", "="}, token.OR_ASSIGN: {"&=", "="}, token.XOR_ASSIGN: {"&=", "="}, token.AND_NOT_ASSIGN: {"&=", "="}, token.SHL_ASSIGN: {">>=", "="}, token.SHR_ASSIGN: {"<<=", "="},
	token.BREAK: {"continue"}, token.CONTINUE: {"break"},
}

// mutant is a file with one operator changed.
type mutant struct {
	file    string // below the module's root
	line    int
	code    string // the line as it stands, without the space around it
	offset  int
	was, is string
}

// mutantsOf are all mutants of a Go file, in the order of their places.
func mutantsOf(file string, src []byte) ([]mutant, error) {
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, src, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	lines := bytes.Split(src, []byte("\n"))
	var out []mutant
	ast.Inspect(parsed, func(n ast.Node) bool {
		tok, pos := operator(n)
		at := set.Position(pos)
		for _, is := range changes[tok] {
			out = append(out, mutant{
				file: file, line: at.Line, code: string(bytes.TrimSpace(lines[at.Line-1])), offset: at.Offset, was: tok.String(), is: is,
			})
		}
		return true
	})
	slices.SortStableFunc(out, func(a, b mutant) int { return cmp.Compare(a.offset, b.offset) })
	return out, nil
}

// operator is that of a node and where it stands; token.ILLEGAL for a node that has none.
func operator(n ast.Node) (token.Token, token.Pos) {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		return n.Op, n.OpPos
	case *ast.UnaryExpr:
		if n.Op == token.SUB || n.Op == token.NOT {
			return n.Op, n.OpPos
		}
	case *ast.IncDecStmt:
		return n.Tok, n.TokPos
	case *ast.AssignStmt:
		return n.Tok, n.TokPos
	case *ast.BranchStmt:
		return n.Tok, n.TokPos
	}
	return token.ILLEGAL, token.NoPos
}

// in is the file's text with the change.
func (m mutant) in(src []byte) []byte {
	return slices.Concat(src[:m.offset], []byte(m.is), src[m.offset+len(m.was):])
}

// stands tells whether the mutant is at the place, "mark.go:45" or "mark.go" of any folder; every one is at no place.
func (m mutant) stands(at string) bool {
	name, line, numbered := strings.Cut(at, ":")
	return at == "" || name == filepath.Base(m.file) && (!numbered || line == strconv.Itoa(m.line))
}
