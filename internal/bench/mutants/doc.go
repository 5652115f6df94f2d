// Mutants plants faults in the code by which people are judged, one at a time, and counts how many of them a test finds: operators of
// comparison, arithmetic, logic and loops are changed as gremlins changes them. Fewer than ninety of a hundred in any target, and it fails.
//
// What lives is listed. Where nothing that can be seen has changed, equivalent.tsv says why; it counts as living nevertheless.
//
// gremlins itself (github.com/go-gremlins/gremlins v0.6.0) does not measure this program: it never plants a fault in the condition of a
// tagless switch, which is how marks, bands and deadlines are decided here; it takes what does not compile for found, for go test
// ends with 1 in both cases; it leaves out what no test reaches; and it runs all tests of a package for each mutant, of
// internal/exam half an hour's worth with a database.
package main
