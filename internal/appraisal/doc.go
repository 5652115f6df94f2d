// Package appraisal turns what is known of a person's quarter into one sheet: a weighted total, a grade, and for each
// number the facts that it comes from (A10, A16, A21, A26, C32, C34).
//
// Its words:
//
//	scheme     考核方案: dimensions with weights, each with indicators; in versions, a draft is edited and then fixed
//	dimension  维度: its weight is a share of the total; a floor (A10 … A26) below which the clinic is warned, or blocked
//	indicator  指标: its weight is a share of its dimension; its source is exams, courses or a person's judgement
//	scale      评分办法: how the raw number of an indicator becomes a score from 0 to 100
//	cycle      考核周期: a quarter of one unit's people under one scheme version; counting or shadow (B13)
//	fact       数据: one source's number for one person and indicator; only added, a newer one is a new version
//	sheet      考核表: one person's cycle
//
// A scheme version:
//
//	draft ── activate ──▶ active ── a newer version is activated ──▶ retired
//
// A cycle, and what may happen in it:
//
//	open (facts arrive, people score) ── finish scoring ──▶ scored (sheets are confirmed) ── close ──▶ closed
//	  ▲                                                        │
//	  └──────────────────────── reopen ────────────────────────┘
//
// A sheet:
//
//	collecting ── the last missing fact arrives ──▶ scored ── a superior confirms, with an opinion (A32) ──▶ confirmed ── cycle closes ──▶ final
//	collecting ◀── a source takes its number back ── scored
//	collecting, scored ── HR excuses, with a reason ──▶ excused
//
// Exactness. Every number is an int64 of hundredths. A number is cut to 0.01 at two places only, never rounded up: where
// the indicator's raw number is made (an exam's percentage, the share of courses done, the mean of several rounds), so that
// the sheet shows exactly what counts; and once at the end, where the weighted sum becomes the total. Between them nothing
// is cut, so a person can recompute the total by hand from what the sheet shows. A missing indicator is named and never a
// silent 0: until it is there the total is provisional, over the weights that are there, and has no grade.
//
// Knowledge is counted by rounds (考核轮次, decision 22), each with the one number that the round came to; several rounds of
// a period count by their mean.
package appraisal
