// Command conformance runs the importers on a folder of files that others made, beside what should come out of them,
// and compares. It prints one line for each file and ends with 1 at any difference. `make conformance` calls it.
//
// The folder holds, anywhere, NAME.xlsx (or another ending) with NAME.expected.jsonl; questions/ with collections, a .csv and a .jsonl
// of the same name being two forms of one; spreadsheets/ with tables and texts that may stand alone; moodle/ and qti/ hold files and unpacked packages without expectations, of which every
// question must come in or be named. An expectation is a line {"id","question","options":{"A":…},"answer":"AC","explanation"}.
package main

import (
	"flag"
	"fmt"
	"os"
)

func main() {
	dir := flag.String("fixtures", "", "folder with the files and their expectations (required)")
	flag.Parse()
	report := Run(*dir)
	for _, f := range report.Files {
		fmt.Println(f)
	}
	if report.Failed() {
		fmt.Println("conformance: FAILED")
		os.Exit(1)
	}
	fmt.Println("conformance: ok")
}
