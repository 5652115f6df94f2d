// Package draft makes questions of what foreign formats hold. A format says what stands in its file, as an Item; how that
// becomes a question, and what of it cannot, is decided here, once for Moodle XML, QTI and GIFT. Package written is the other way in, for what
// people write in sheets and documents: there everything is text, and what it means is read out of it; here weights, pairs, ranges and
// files are given, and the question is whether ours can hold them.
//
// The rules, beside those of package markup for texts:
//
//   - Weights are thousandths of a percent. A choice of one takes the single answer of full weight; the part marks of
//     others are named and go. A choice of several takes the answers of positive weight: as "per_option" where wrong
//     ones cost what they cost there, as "none" where only the whole set counts; other deductions are named.
//   - Two options that say 对 and 错 (true and false) are a true-false question.
//   - A number with its tolerance or range is "value±tolerance units". Part marks of texts and numbers are named and go.
//   - Pairs are matching; a gap that takes a word from a list is a row named 【1】, which stands in the stem at its place.
//     A single gap with a list is single choice, its gap in the stem.
//   - Feedback becomes the explanation: that of an answer begins with the answer's own text, for letters may be shuffled.
//   - A text that people mark needs a rubric whose percents add up to 100; none is made up.
//   - Files are kept as media below the text they stand in. Where a text shows more than one, 【图1】 marks each one's place.
package draft
