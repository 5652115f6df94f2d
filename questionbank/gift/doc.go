// Package gift reads Moodle's GIFT text: single and multiple choice, true-false, short answers (as blanks) and missing
// words, with titles, escapes, comments, categories, weights and feedback. Numerical, matching and essay questions and
// descriptions are named with their line; nothing is dropped in silence.
//
// How it is carried over: {=a ~b} is single; weights without "=" (~%50%a ~%50%b) are multiple, the positive ones right;
// {T} is true-false; {=a =b} is one gap with two accepted texts. Feedback and general feedback (####) become the
// explanation. $CATEGORY becomes the knowledge point. Part weights of a single choice or a short answer have no
// counterpart here: a warning says so.
package gift
