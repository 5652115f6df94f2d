// Package gift reads Moodle's GIFT text: single and multiple choice, true-false, short answers (as blanks) and missing
// words, numbers and matching, with titles, escapes, comments, categories, weights and feedback. Essay questions (they have no
// rubric) and descriptions are named with their line; nothing is dropped in silence.
//
// How it is carried over: {=a ~b} is single; weights without "=" (~%50%a ~%50%b) are multiple, the positive ones right;
// {T} is true-false; {=a =b} is one gap with two accepted texts; {#1822:2} and {#1820..1824} are one gap
// with the number 1822±2; {=a -> x =b -> y = -> z} is matching with three options. Feedback and general feedback (####) become the
// explanation. $CATEGORY becomes the knowledge point. Part weights of a single choice or a short answer have no
// counterpart here: a warning says so.
package gift
