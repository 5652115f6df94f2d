// Package questionbank holds what an examination question is, when it is sound, what an answer to it looks like and
// what that answer earns. It stands on the standard library alone and knows no database and no HTTP, so that other
// programs can use it too. The formats that questions come in are its sub-packages.
//
// # Words
//
//   - question: stem, options, key, explanation, knowledge points, difficulty, source.
//   - key question (重点): a question that the retake paper may be drawn from.
//   - red line (红线, 一票否决): a question whose miss is told apart from the score (MissesRedLine).
//   - gap: a place to fill in, written in the stem as four or more underscores (____).
//   - segment: a part of the stem that can be marked, written [[like this]]; segments are numbered from 1.
//   - stimulus (材料): what several questions ask about; each carries the whole of it.
//   - response: what an examinee answered; shape: what a response to a question may look like, without its key.
//   - item: a question together with the place in the file that it came from.
//   - problem: something wrong or doubtful, with its place, in words that a trainer understands.
//
// # The native form
//
// One JSON object per line (package native reads and writes it):
//
//	{"type":"single","stem":"…","options":[{"id":"a","text":"…"},{"id":"b","text":"…"}],"key":["b"],
//	 "explanation":"…","knowledge_points":["4/医疗广告"],"difficulty":3,"key_question":true,
//	 "source":{"law":"中华人民共和国广告法","article":"第十六条","edition":"2021-04-29","status":"待核"}}
//
// What stands where it differs, by type:
//
//	single      "options":[…] "key":["b"]
//	multiple    "options":[…] "key":["a","c"] "multiple_policy":"partial|per_option|none" "partial_percent":50
//	true_false  "key":["true"] or ["false"]
//	blank       "stem":"先____，再____" "key":[["甲","乙"],["30±0.5 秒 s"]]: the accepted texts and numbers of each gap
//	judgement   "options":[3 to 5] "key":{"grades":[{"option":"a","grade":"green|yellow|red","reason":"…"}, …]} "partial_percent":50
//	matching    "rows":["…","…"] "options":[…] "key":["b","a"]: one option for each row; one may serve several, or none
//	ordering    "options":[…] "key":["c","a","b"]: all of them, in the right order
//	labelling   "stem":"…[[全国最好]]…[[预约]]…" "key":["1"] "multiple_policy", "partial_percent" as for multiple
//	short, essay, spoken
//	            "key":{"model":"…","rubric":[{"text":"先致歉","percent":40},{"text":"说明流程","percent":60}]}
//	spoken      "seconds":60: how long the recording may be, 10 to 600 (120 where nothing is said)
//
// And at any type, all of it optional: "stimulus":{"id":"chat-01","title":"…","text":"…","media":[…]},
// "media":[{"kind":"image|audio|video","object":"…","alt":"…"}] below the stem, "explanation_media":[…],
// "media":{…} in an option, "red_line":true (not where people mark), "markdown":true for a stem, rows, options and an
// explanation that are Markdown (a stimulus always is; gaps and segments are found before it). An object is the id of a
// file in the storage, or its path in the package that the line stands in. A knowledge point is "area/point", area 1 to 5
// (see Areas).
//
// # Marking
//
// Points are integer hundredths, so that a mark is exact, and each question's mark is rounded down once.
//
//   - single, true_false: all or nothing.
//   - multiple, labelling: everything for exactly the right set, under every policy. Else, with K right choices in the
//     key, W other options, r right and w wrong ones chosen: "none" gives nothing; "partial", which is the default, gives
//     partial_percent (50 where nothing is said) when r > 0 and w = 0, and nothing when w > 0; "per_option" gives
//     points × max(0, r/K − w/W): choosing everything earns nothing, and neither does choosing nothing.
//   - blank: points × right gaps / gaps. A gap is right by one of its texts, width, case and runs of spaces aside, or by
//     one of its numbers, "value±tolerance units": within the tolerance, ends included, with one of the units or with
//     none (a question that is about the unit accepts texts).
//   - judgement: green everything, yellow partial_percent, red nothing.
//   - matching: points × right rows / rows.
//   - ordering: of the n(n−1)/2 pairs of options, C stand in the right order and D the wrong way round:
//     points × max(0, C − D) / (C + D). The right order earns all; an order no better than chance, nothing.
//   - short, essay, spoken are marked by people (Type.ByPeople): the parts of the rubric that a marker gives, rounded down
//     over their sum (MarkByRubric).
//
// A red line is missed by a red reply, by less than full marks at the other types, and by no answer (MissesRedLine).
package questionbank
