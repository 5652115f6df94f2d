// Package printed draws a paper for an exam on paper (笔试, C37) as a PDF: the questions, an answer sheet with places for
// marks, and for the markers the key. Every page says which paper and form it is of, and how many there are.
//
// It is pure: it gets the words and the questions, and a TrueType font that holds Chinese. A line is broken by the measured
// width of its characters; a question stays together where it fits on a page.
package printed
