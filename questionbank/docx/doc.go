// Package docx reads questions from Word documents. The paragraphs, with the numbers that Word's lists give them, are read as
// package text reads lines; a table with a header row is read as package table reads a sheet, one question a row; a table of
// numbers and answers is a list of answers; any other table is read cell by cell, as lines.
//
// Bold, coloured, highlighted and underlined options count as the answer where none is written, with a warning; an underlined part
// of a blank question's stem is its gap. Deleted text of tracked changes is left out, inserted text is taken. Pictures that
// a browser shows come with the part of the question that they stand in; others, and embedded objects, are named with their
// paragraph, and so are notes, comments, text struck out and what a field draws. Soft line breaks part lines, each with its own marks
// and pictures. Text boxes are read behind the paragraph that they hang on.
//
// Signs of picture fonts are read as the characters that they stand for, or named. Of two paragraphs whose mark between them was deleted
// with changes tracked the text is read as of two; files embedded as a whole (altChunk) are refused by name.
//
// Input is bounded by package archive, and to 32 MB of XML, the depth of package xmlread, 100,000 paragraphs.
package docx
