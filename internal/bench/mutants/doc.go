// Mutants (make mutants) plants faults in the code by which people are judged, one at a time, and counts how many of them a test finds:
// operators of comparison, arithmetic, logic and loops are changed as gremlins changes them. Where the tests of a target find fewer than
// ninety of a hundred, it fails. What lives is listed; where nothing that can be seen has changed, equivalent.tsv says why, and it counts
// as living nevertheless. A mutant that does not compile counts for nothing, one that runs on without end is found.
//
// # How
//
// All mutants of a target live in one program of its tests: each function that has some is copied for each of them and chooses between
// the copies by a variable of the environment. What stands in no function, as a constant, or in one without names for what it is given, is
// compiled by itself. The compiler alone sees all that (go build -overlay): the tree stays as it is. Where only some tests of a package
// run, because the others need a database, the compiler sees no more of the package than those tests speak of, which makes a small program.
// What is drawn at random is drawn from one seed, so that the figures are the same each time.
//
//	go run ./internal/bench/mutants -only questionbank -at mark.go:79
//
// # Why not gremlins
//
// github.com/go-gremlins/gremlins v0.6.0 was tried on internal/score, where it finds what this finds. But it plants no fault in the condition
// of a tagless switch, which is how much is decided here; it takes what does not compile for found, since go test now ends with 1 in both cases;
// it leaves out of the account what no test reaches; and it compiles and runs all tests of a package for each mutant: two and a half
// minutes for the seventy of internal/score, of internal/exam a whole run over PostgreSQL for each.
package main
