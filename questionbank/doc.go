// Package questionbank holds what an examination question is, when it is sound, what an answer to it looks like and
// what that answer earns. It stands on the standard library alone and knows no database and no HTTP, so that other
// programs can use it too. The formats that questions come in are its sub-packages.
//
// # Words
//
//   - question: stem, options, key, explanation, knowledge points, difficulty, source.
//   - key question (重点): a question that the retake paper may be drawn from.
//   - gap: a place to fill in, written in the stem as four or more underscores (____).
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
// type is single, multiple, true_false, blank or short. key is the list of the right options' ids for single and multiple,
// ["true"] or ["false"] for true_false, and for blank one list of accepted texts for each gap: [["甲","乙"],["丙"]]. For short
// it is what markers go by: {"model":"…","rubric":[{"text":"先致歉","percent":40},{"text":"说明流程","percent":60}]}.
// multiple_policy, source and source.status may be left out; options are left out for true_false, blank and short.
// A knowledge point is "area/point", area 1 to 5 (see Areas).
//
// # Marking
//
// Points are integer hundredths, so that a mark is exact. Single and true_false: all or nothing. Multiple: everything
// for exactly the right set; a part of it without a wrong choice earns half (PartialDivisor), rounded down, unless the
// question says "none"; any wrong choice earns nothing. Blank: points × right gaps / gaps, rounded down.
// Short answers are marked by people (Type.ByPeople): the parts of the rubric that a marker gives, rounded down over their sum.
package questionbank
