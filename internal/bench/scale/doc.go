// Package scale fills a database with a clinic of any size and asks every page and list of the program for its answer: how
// many statements it took, how long, how many bytes.
//
//   - With a clinic of a handful of people and one three times as large, `go test` holds every page for every role to the
//     budget of eight statements and to the same number in both clinics, so that a statement for each row fails the build.
//   - With a clinic a hundred times the demo (4,000 people, 100,000 results, half a million acts), the benchmark measures:
//     go test -run '^$' -bench Pages -benchtime 1x -timeout 20m ./internal/bench/scale -figures FILE
//
// The filling is fill.sql: sets of rows over a pattern that the services made. The walk is walk_test.go: what is asked for of
// each line of the table of routes; a new page without a line there fails the test.
package scale
