// Package demo makes the demo clinic: an invented clinic with its people, question bank, courses, past exams, running retakes
// and retrainings, appraisals, and an exam that is open now. It is what `make run` shows and what the browser story plays.
//
// Everything is made through the services that people use, in the order in which it would have happened: a clock is replayed
// from 120 days before the anchor (the day of the first start) to the anchor itself, and each act is done at its moment by the
// person who would do it (replay.go, story.go). The data are a function of the seed and the anchor alone: ids, papers, answers
// and results come out the same every time. What is random by nature stays random: salts, tokens, object keys.
//
// The answers of the people follow a model that is stated here so that the figures can be judged: somebody of ability θ gives a
// right answer to a question of difficulty d (1 to 5) with the probability
//
//	1 / (1 + e^−(θ − 0.7·(d − 3)))
//
// and otherwise a wrong one, sometimes only half of a multiple choice, rarely none. The story needs certain people to pass or
// fail; their sheets are drawn again until the percentage lies in the range that the story asks for, with θ moved a little
// towards it each time, so that they stay likely sheets of somebody on a good or a bad day (answers.go).
//
// The mark in table setting says that a database holds the demo:
//
//	(none) ── Ensure, database without an organisation ──▶ making ── all is there ──▶ ready
//	making ── the next start: the making was interrupted ──▶ thrown away and made again
package demo
