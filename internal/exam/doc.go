// Package exam is the heart of the product: a blueprint becomes a frozen paper, a paper an exam with a window and invited
// people, a person's sitting an attempt whose every answer is kept, and an attempt a result with a band.
//
// # Words
//
//   - blueprint (命题蓝图): what a paper must hold; paper (试卷): frozen slots with question versions and points.
//   - forms (平行卷): papers of one blueprint, equally hard, of which each candidate gets one. rivals (互斥题): questions of which a
//     paper takes at most one. reason: why a draw took a question.
//   - exam (考试): paper, window, limit, people, policy. round (考核轮次): the exam with the retake and re-exams that come of it.
//   - candidate (考生): a person's place in an exam, with own times, extra time or own paper where granted.
//   - attempt (答卷): one run of one candidate. slot (题位): a place in the attempt's paper. response (作答): what was answered.
//   - lease: the right of one tab to write; taking over is a new epoch. journal: every accepted change, insert only;
//     the current responses are its fold (Fold), there is no table of them.
//   - section (部分): consecutive slots of one heading. Gone through one way (分部分单向), an attempt stands at one of them: what is outside
//     it is neither shown nor saved, and a finished one is not gone back to (LeaveSection).
//   - mark (得分), result (成绩; versions), band (等级), release: result.released_at is the one fact of it.
//   - correction (更正): an order to count something else in a marked attempt; approved by a second person it adds a version.
//   - ruling (题目裁定): what such an order says of one question of a whole exam: another key, another answer, full marks, dropped.
//
// # An attempt
//
//	        ┌── submit: by examinee | deadline | invigilator | policy
//	open ───┴──────────▶ submitted ── mark ──▶ marked     (released: the result's released_at)
//	  │                      │                   │
//	  └── void ──────────────┴───────────────────┴──▶ void     by a recorded order
//
// Of what people mark, a marker corrects the own mark until the release (MarkAnswer): the attempt stays marked, and its result has another
// version; where that asks a third marker, the release passes the result by until the third has marked.
//
// # An exam
//
//	draft ── publish ──▶ published ── settle: all marked or absent ──▶ marked ── archive ──▶ archived
//	                         ▲                                            │                   │
//	                         └── reopen: somebody joins the retake ───────┴───────────────────┘
//	published ── call off: nobody has begun ──▶ called_off    with a reason; never a retake or re-exam, which are a step of a case
//
// Who was invited by mistake is taken off (Remove) on the same terms, alone.
//
// Open and closed are read off the clock. Deadlines are rows; Service.Due finishes what is due at each tick, after it has
// given back the time of outages.
//
// # An exam on paper
//
// Its sheets are marked by hand: one person keys the marks in with the sum that stands on the paper, a second person adds it up
// again, and equal sums become an attempt with a result, as if it had been handed in (EnterMarks, ConfirmMarks). It has no journal:
// its marks are not computed anew from answers.
//
// # A correction
//
//	          ┌── approve: a second person ──▶ approved    adds a version of the result, released when the one before is
//	proposed ─┼── reject: a second person ───▶ rejected
//	          └── withdraw: the proposer ────▶ withdrawn
//
// Kind late_answers lays refused answers over the journal's fold in the order in which they were received (Admit). Neither
// signature is the examinee's. An order that changes no mark or lowers the score is refused, at the proposal and again under
// the locks of the approval. What people mark they mark between the two, under the order. Every list and number reads the
// newest version; a release releases that one alone.
//
// Kind question rules on one question of an exam that is marked (Ruling). Every result is weighed with the new mark (standing): by
// passing, then the band, then the red lines, then the share of the points. Who would be worse off keeps the result (spared), because
// a correction never makes a person worse off; who hands in later is marked by the ruling.
//
// # Staff who sit
//
// Staff are candidates too. Until they have handed in (stillToSit), what shows the questions, keys, statistics, marking or corrections of an
// exam is closed to them, whatever their roles open: the frozen paper, its forms and its print, and what belongs to that exam. The bank
// stays open to those who keep it: it does not tell which of its questions an exam asks. Setting up and publishing go on without the
// content.
//
// # Analysis
//
// When an exam is marked, and after each release and correction, exam_analysis_due says so and a tick computes the exam's item and
// paper statistics (bank/itemstat) into rows: a version of the analysis here, the sums of each question version in the bank.
// It is a row and a tick and not a job in the queue, because many releases and corrections of one exam want one analysis.
// analysis (试题分析): figures that name nobody; who may know them before the release is who releases everything.
//
// # News that travel up
//
// Hooks hear in the same transaction: OnInvited (who may sit), OnCalledOff and OnRemoved (who no longer may), OnHandIn (who has sat), OnRelease (what came of it),
// OnCorrection (what came of it instead), OnProposal (what waits for a second person). A hook
// that fails undoes the act. OpenRetakes and OpenReexam come back down from the cases that released fails have opened,
// Withdraw from one whose fail was lifted.
//
// # The save
//
// A change is acknowledged only after the commit that holds it is durable. Many examinees' changes share one commit: the
// Committer collects requests while the last commit runs and writes them with one statement on a connection of its own.
// The statement's guard compares holder, section, deadline and order in the UPDATE of the attempt's row, so a take-over, a
// finished section or a moved deadline, which update that row, and a hand-in, which holds it, exclude it. Handing in holds the attempt first (FOR NO KEY
// UPDATE, which waits for every save that came before) and reads the journal in a later statement, because a statement sees
// nothing that was committed while it waited. A weaker lock does not do: FOR KEY SHARE lost acknowledged answers to a
// concurrent hand-in when it was measured, this one lost none.
//
// Starts and hand-ins that queue together share a transaction too (group): what many examinees do in the same second costs
// each of them little, and one who comes alone waits for nobody. When one of them makes the transaction fail, each is done again
// in one of its own.
package exam
