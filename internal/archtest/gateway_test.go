package archtest

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/peikao/peikao/internal/platform/embedded/s3child"
)

// gateway brings the S3 server's library, which is bigger than the program.
const gateway = "internal/gateway"

// graph is which packages of the module import which.
type graph struct {
	packages, tests map[string][]string // what a package imports, and what its tests do
}

func readGraph(t *testing.T) graph {
	t.Helper()
	root := filepath.Join("..", "..")
	g := graph{map[string][]string{}, map[string][]string{}}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		of, pkg := g.packages, filepath.ToSlash(rel)
		if strings.HasSuffix(path, "_test.go") {
			of = g.tests
		}
		imports := of[pkg]
		for _, i := range f.Imports {
			if inner, ours := strings.CutPrefix(strings.Trim(i.Path.Value, `"`), module); ours {
				imports = append(imports, inner)
			}
		}
		of[pkg] = imports // also when it imports nothing of ours
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// reach adds to seen a package and all that it imports, directly or by others; each with who brought it.
func (g graph) reach(pkg, by string, seen map[string]string) {
	if _, ok := seen[pkg]; ok {
		return
	}
	seen[pkg] = by
	for _, next := range g.packages[pkg] {
		g.reach(next, pkg, seen)
	}
}

// way says by whom a package came to be imported.
func way(pkg string, seen map[string]string) string {
	if by := seen[pkg]; by != "" {
		return way(by, seen) + " → " + pkg
	}
	return pkg
}

// Nothing that is watched for races, nor its tests, is compiled with the S3 server; nor are other tests than the commands'. The commands run it
// in their own process, and not as the tests do.
func TestTheS3ServerIsCompiledForTheCommandsAlone(t *testing.T) {
	g, watched, judged := readGraph(t), watchedForRaces(t), 0
	for pkg := range g.packages {
		seen := map[string]string{}
		g.reach(pkg, "", seen)
		if pkg == "cmd/peikao" {
			if seen[gateway] == "" {
				t.Errorf("%s does not import %s: this test looks for a name that is gone", pkg, gateway)
			}
			if seen["internal/platform/embedded/s3child"] != "" {
				t.Errorf("the program needs a compiler: %s", way("internal/platform/embedded/s3child", seen))
			}
		}
		if under(pkg, "cmd") || under(pkg, gateway) {
			continue
		}
		for _, next := range g.tests[pkg] {
			g.reach(next, "the tests of "+pkg, seen)
		}
		if watched(pkg) {
			judged++
		}
		if _, ok := seen[gateway]; ok {
			t.Errorf("compiled with the S3 server: %s", way(gateway, seen))
		}
	}
	if judged < 20 {
		t.Errorf("only %d packages are watched for races: the test looks in the wrong place", judged)
	}
}

// The server's program of the tests is named by all that it is made of: what it was without a part would be kept.
func TestTheS3ServersPartsAreAllNamed(t *testing.T) {
	g, seen := readGraph(t), map[string]string{}
	g.reach(s3child.Program, "", seen)
	for pkg := range seen {
		if !slices.Contains(s3child.Parts, pkg) {
			t.Errorf("s3child.Parts does not name %s: %s", pkg, way(pkg, seen))
		}
	}
	for _, part := range s3child.Parts {
		if _, ok := seen[part]; !ok {
			t.Errorf("s3child.Parts names %s, which is no part of it", part)
		}
	}
}
