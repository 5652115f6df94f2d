package main

import (
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// styles makes site.css (Tabler, purged, then ours) and attempt.css (ours alone).
func styles(root string, files map[string][]byte) error {
	dir := filepath.Join(root, "static")
	tabler, err := os.ReadFile(filepath.Join(dir, "node_modules/@tabler/core/dist/css/tabler.css"))
	if err != nil {
		return err
	}
	ours, err := readAll(filepath.Join(dir, "css"), "site-*.css")
	if err != nil {
		return err
	}
	sources, err := viewSources(root)
	if err != nil {
		return err
	}
	theirs, own := parseCSS(string(tabler)), parseCSS(ours)
	vars := rootVars(theirs, own)
	sheet := append(purge(theirs, wordsIn(sources)), own...)
	for _, d := range lowerColours(sheet, vars) {
		log.Printf("warning: older browsers will not see this colour: %s", d)
	}
	if files["site.css"], err = minifyCSS(printCSS(dropUnread(sheet))); err != nil {
		return fmt.Errorf("site.css: %w", err)
	}
	attempt, err := os.ReadFile(filepath.Join(dir, "css/attempt.css"))
	if err != nil {
		return err
	}
	if files["attempt.css"], err = minifyCSS(string(attempt)); err != nil {
		return fmt.Errorf("attempt.css: %w", err)
	}
	return nil
}

func readAll(dir, pattern string) (string, error) {
	paths, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil {
		return "", err
	}
	slices.Sort(paths)
	var b strings.Builder
	for _, p := range paths {
		text, err := os.ReadFile(p)
		if err != nil {
			return "", err
		}
		b.Write(text)
	}
	return b.String(), nil
}

// viewSources are the files in which a class can be named: views, the Go code
// beside them, and the scripts.
func viewSources(root string) (texts []string, err error) {
	for _, dir := range []string{"internal/web", "static/ts"} {
		err = filepath.WalkDir(filepath.Join(root, dir), func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			isView := slices.Contains([]string{".templ", ".go", ".ts"}, filepath.Ext(path))
			if !isView || strings.HasSuffix(path, "_templ.go") || strings.HasSuffix(path, "_test.go") {
				return nil
			}
			text, err := os.ReadFile(path)
			texts = append(texts, string(text))
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return texts, nil
}

func minifyCSS(text string) ([]byte, error) {
	result := api.Transform(text, api.TransformOptions{
		Loader:           api.LoaderCSS,
		Engines:          engines,
		Charset:          api.CharsetUTF8,
		LegalComments:    api.LegalCommentsNone,
		MinifyWhitespace: true,
		MinifySyntax:     true,
	})
	if len(result.Errors) > 0 {
		return nil, messages(result.Errors)
	}
	return result.Code, nil
}
