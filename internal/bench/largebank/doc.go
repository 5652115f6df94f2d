// Package largebank measures a bank of 100,000 questions against its goals (issue "Question bank"): import from XLSX at 3,000
// questions a second, search at 50 ms and a paper of 100 questions at 300 ms, both at the 95th percentile, memory at 300 MiB.
//
//	go test -run '^$' -bench Bank -benchtime 1x -timeout 20m ./internal/bench/largebank -figures FILE
//
// The questions come in as a trainer brings them: five workbooks of 20,000, the most that a file may hold, each previewed and
// applied through the service, over a real PostgreSQL. The memory is the peak of this process, the workbook's bytes included. Beside
// the clock's time stands the processor's, which a busy machine does not lengthen.
package largebank
