// Package report reads across the features' tables what no feature could tell alone in one statement. It changes nothing.
//
// waiting (等着处理): how much of each kind waits for a viewer. The first page has eight statements and more kinds of work than that, so
// the numbers are one statement; each is counted as the feature that it leads to lists it, and only for whom it is.
//
// settled (结算): what the round of a result brought, or which case decides it; the page of a result has as few statements.
//
// recount (复算): what each result, the appraisal's part of it, and the points and pay that it brought come to, computed a second time from
// what they rest on, in SQL alone. It shares no code with the marking and the booking that it checks, which this package may not import.
package report
