// Package table reads questions from rows of cells, whatever file they came from: it is the core of xlsx and csv.
//
// Chinese exam sites and training departments each have a layout of their own. So nothing is expected at a fixed place:
//
//   - The header is looked for in the first 30 rows of each sheet; a header seen again further down is taken anew.
//   - Column names are compared without brackets' notes, spaces, line breaks and width: "正确答案\n（必填）" is 正确答案.
//   - Options stand in columns A to H, or all in one cell: labelled ("A.", "A、", "(A)", "A 文字"), one a line, or parted
//     by "|" or "；". A literal "\n" is a line break.
//   - Answers: AC, A,C, A、C, ａ, the options' texts, and for true-false 对 错 正确 错误 √ × T F.
//   - Blanks: the gaps are parted by line breaks, "；", "|", "、" or "，", whichever gives as many as the stem has; several
//     accepted texts of one gap by "/" (a "/" between Latin letters or digits, as in mg/ml, parts nothing; "\/" neither).
//   - Without a column for the type, it follows from the sheet's name, else from the answer: several letters are multiple
//     choice, one is single choice.
//
// A column that is not understood is named once for each sheet, a row that cannot be used once for each reason.
package table
