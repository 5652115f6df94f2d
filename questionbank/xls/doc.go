// Package xls reads questions from the workbooks of Excel 97 to 2003 (BIFF8 in a compound file). What the columns may be called and
// hold is said in package table; every sheet is looked through. Formulas give the value that Excel has kept; percentages and dates
// are written as they are shown, other numbers plainly.
//
// Both layers are read here: the public libraries for them are not maintained, and fail on broken files with panics or by taking
// all memory. Input is bounded: 32 MB, the limits of table.Grid, and each chain of sectors to the sectors there are.
package xls
