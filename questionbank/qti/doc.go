// Package qti reads questions of QTI 1.2, 2.1, 2.2 and 3.0, as single items, as assessments, and as packages (zip with an
// imsmanifest.xml), and writes packages of QTI 3.0.
//
// A package's questions are those of its manifest's resources, tests in the place where the manifest names them, in their
// order; XML files that nothing refers to are named and not read. Parts, sections, selection and points are a paper's and
// not a question's: a warning says once that only the questions came. A shared stimulus of 3.0 becomes the stimulus.
//
// Read are choices, inline choices, text entries, extended texts, matches, gap matches, orders and hot texts of 2.1 to
// 3.0, and of 1.2 response_lid, response_str and response_num with their conditions: what an answer earns is found by
// working the conditions, not by guessing from their look. How each becomes a question is said in package draft. Other
// interactions (hotspot, graphic …, slider, upload …), items with random variables and adaptive items are refused by name, with file,
// identifier and line; an item without interaction is passed over with a warning. Hints, rules of scoring that say more than which
// answer is right, and texts beside items are named.
//
// Written is what Losses does not name. What QTI has no place for stands in the manifest's keywords (see draft.Tags).
package qti
