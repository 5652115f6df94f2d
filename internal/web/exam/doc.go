// Package exam holds the pages of exams.
//
//   - Hall: what an examinee finds: the own exams, and the rules of one before it starts.
//   - Take: the exam page itself, a document of its own that talks to the API.
//   - Desk: what the staff work on, in the order of the work: blueprint → paper → settings and people → publish → results
//     → release.
//
// Publishing and releasing have a page of their own that says what will happen before it does.
package exam
