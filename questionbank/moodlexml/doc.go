// Package moodlexml reads and writes Moodle's XML of questions.
//
// Read are multichoice (multichoiceset too), truefalse, shortanswer, numerical, matching, ordering, essay, gapselect and
// ddwtos, and multianswer (cloze) of one kind of gaps; a category becomes the knowledge point. How each becomes a question
// is said in package draft. Descriptions hold no question: a warning says that they were passed over. Every other type
// (calculated, drag and drop onto images, random …) is refused by name. Pictures and sounds inside the file are kept.
//
// Of Moodle's own feedback for right and wrong answers as a whole, the standard sentences are left out. Points, penalties
// and hints belong to a quiz, not to a question here: hints are named, points and penalties are said on the paper.
//
// Written is what Losses does not name. What Moodle has no place for (difficulty, law, red line …) stands in its tags.
package moodlexml
