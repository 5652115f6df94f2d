// Package gift reads and writes Moodle's GIFT text, with titles, escapes, comments, categories, tags, weights, feedback and
// the formats [html], [markdown], [plain] and [moodle].
//
// How it is carried over: {=a ~b} is single choice; weights without "=" (~%50%a ~%50%b) are multiple, the positive ones
// right; {T} is true-false; {=a =b} is one gap with two accepted texts; {#3:0.5}, {#1..2} and {#=3:0.5 =%50%3:1} are numbers
// (a unit may follow); {=a -> b} are pairs; a word missing inside a sentence is a gap at its place. Feedback and general
// feedback (####) become the explanation, $CATEGORY the knowledge point. What of these has no counterpart is said in
// package draft and named in a warning. {} is a text that people mark: GIFT holds neither a model answer nor a rubric, so
// it is named. A description holds no question and is passed over with a warning.
//
// A file is at most 4 MB.
//
// Written is what Losses does not name. What GIFT has no place for stands in comments with tags, as Moodle writes them.
package gift
