package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var svgBody = regexp.MustCompile(`(?s)<svg[^>]*>(.*)</svg>`)

// icons makes one sprite of the Tabler outlines that icons/names.txt lists, one name a line.
func icons(dir string, files map[string][]byte) error {
	list, err := os.ReadFile(filepath.Join(dir, "icons/names.txt"))
	if err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg">`)
	for _, name := range strings.Fields(string(list)) {
		svg, err := os.ReadFile(filepath.Join(dir, "node_modules/@tabler/icons/icons/outline", name+".svg"))
		if err != nil {
			return fmt.Errorf("the icon %q: %w", name, err)
		}
		body := svgBody.FindStringSubmatch(string(svg))
		if body == nil {
			return fmt.Errorf("the icon %q is not an svg", name)
		}
		fmt.Fprintf(&b, `<symbol id="%s" viewBox="0 0 24 24">%s</symbol>`, name, strings.Join(strings.Fields(body[1]), " "))
	}
	b.WriteString(`</svg>`)
	files["icons.svg"] = []byte(b.String())
	favicon, err := os.ReadFile(filepath.Join(dir, "icons/favicon.svg"))
	files["favicon.svg"] = favicon
	return err
}
