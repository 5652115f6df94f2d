// Package written turns what a person wrote for one question, in whatever layout it stood, into a question: everything is text, and what
// it means has to be read out of it. Package draft is the other way in, for formats that say in so many words how a question is answered;
// there is nothing to read out of texts, and what this package may understand of a loose one would be wrong there. Package table takes the
// texts from the columns of a sheet, package text from the lines of a document; what the texts may say is the same:
//
//   - Types by their Chinese and English names; without one, the answer tells: several letters are multiple choice, one is
//     single choice, a word of truth without options is true-false, a gap in the stem is a blank.
//   - Options one by one or all in one text: labelled ("A.", "A、", "(A)", "A 文字"), one a line, or parted by "|" or "；";
//     without any, those that stand at the end of the stem.
//   - Answers: AC, A,C, A、C, Ａ, 选项A, 1,3, the options' texts, and for true-false 对 错 正确 错误 √ × T F.
//   - Matching: 1-B 2-A, or the letters in the rows' order; ordering: the letters in the right order; judgement: A=绿 B=黄 C=红, each
//     with its reason after a colon; labelling: the numbers or the texts of the segments, which the stem marks [[like this]].
//   - Blanks: the gaps are parted by line breaks, "；", "|", "、" or "，", whichever gives as many as the stem has; several
//     accepted texts of one gap by "/" (a "/" between Latin letters or digits, as in mg/ml, parts nothing; "\/" neither).
package written
