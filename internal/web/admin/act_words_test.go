package admin

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/platform/words"
)

var (
	actInCode     = regexp.MustCompile(`^[a-z]+(\.[a-z_]+)+$`)
	actBeginning  = regexp.MustCompile(`^[a-z]+(\.[a-z_]+)*[._]$`)
	subjectInCode = regexp.MustCompile(`^([a-z_]+):(%[ds])?$`)
)

// A record in a Chinese page is read by people: each act and each kind of thing that the code writes has its word.
func TestEveryRecordHasItsWords(t *testing.T) {
	acts, beginnings, kinds := map[string]string{}, map[string]string{}, map[string]string{}
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			for _, text := range recorded(n) {
				switch m := subjectInCode.FindStringSubmatch(text); {
				case m != nil:
					kinds[m[1]] = path
				case actBeginning.MatchString(text):
					beginnings[text] = path
				case actInCode.MatchString(text):
					acts[text] = path
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(acts) < 60 || len(beginnings) < 4 || len(kinds) < 5 {
		t.Fatalf("the search finds %d acts, %d beginnings and %d kinds of things only", len(acts), len(beginnings), len(kinds))
	}
	for act, path := range acts {
		if !words.Has("admin.act." + act) {
			t.Errorf("%s records %s: no word admin.act.%s", path, act, act)
		}
	}
	for beginning, path := range beginnings {
		if !slices.ContainsFunc(words.Keys(words.ZH), func(key string) bool { return strings.HasPrefix(key, "admin.act."+beginning) }) {
			t.Errorf("%s records %s…: no word begins so", path, beginning)
		}
	}
	for kind, path := range kinds {
		if !words.Has("admin.subject." + kind) {
			t.Errorf("%s records something done to a %s: no word admin.subject.%s", path, kind, kind)
		}
	}
}

// recorded are the texts in a call that writes a record (record…), in a field Act or Subject of one, and in what names a
// subject (…Subject).
func recorded(n ast.Node) []string {
	switch n := n.(type) {
	case *ast.FuncDecl:
		var out []string
		if strings.HasSuffix(n.Name.Name, "Subject") {
			ast.Inspect(n, func(in ast.Node) bool {
				if ret, ok := in.(*ast.ReturnStmt); ok {
					out = append(out, texts(ret.Results[0])...)
				}
				return true
			})
		}
		return out
	case *ast.CallExpr:
		if name, ok := n.Fun.(*ast.Ident); ok && strings.HasPrefix(name.Name, "record") {
			var out []string
			for _, arg := range n.Args {
				out = append(out, texts(arg)...)
			}
			return out
		}
	case *ast.KeyValueExpr:
		if name, ok := n.Key.(*ast.Ident); ok && (name.Name == "Act" || name.Name == "Subject") {
			return texts(n.Value)
		}
	}
	return nil
}

// texts are a literal, the beginning of a sum, or the form of a Sprintf.
func texts(e ast.Expr) []string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil {
			return []string{text}
		}
	case *ast.BinaryExpr:
		return texts(e.X)
	case *ast.CallExpr:
		if len(e.Args) > 0 {
			return texts(e.Args[0])
		}
	}
	return nil
}
