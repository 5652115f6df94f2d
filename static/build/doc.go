// Command build makes static/dist from static/{ts,css,icons} and node_modules.
//
//	go run ./static/build        (from the module's root; needs `npm ci --ignore-scripts` in static/)
//
// In order: every TypeScript entry is bundled; Tabler's style sheet is cut down
// to the classes that the views name (purge.go) and its colours are computed
// here (colour.go), because it writes oklch(), color-mix() and light-dark(),
// which the oldest browsers that a clinic has (Chrome 107, iOS 15.4) do not
// know; the icons that icons/names.txt lists become one sprite; each file gets a
// name with the hash of its content, a .gz and a .br, and manifest.json tells
// which name became which.
package main
