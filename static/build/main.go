package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
)

func main() {
	log.SetFlags(0)
	root := flag.String("root", ".", "the module's root")
	flag.Parse()
	if err := build(*root); err != nil {
		log.Fatalf("static/build: %v", err)
	}
}

// build replaces the contents of static/dist.
func build(root string) error {
	dir := filepath.Join(root, "static")
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "@tabler", "core")); err != nil {
		return fmt.Errorf("third-party code is missing: run `npm ci --ignore-scripts` in static/ first")
	}
	files := map[string][]byte{}
	if err := errors.Join(scripts(dir, files), icons(dir, files), styles(root, files)); err != nil {
		return err
	}
	return writeDist(filepath.Join(dir, "dist"), files)
}
