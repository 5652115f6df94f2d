// Package remediation is what follows a failed or missed regular exam: the retake (补考) within a week, the retraining
// (复训), the re-exam after it, and HR's decision. One case is one person's way through one round.
//
//	retake_due ── handed in ─▶ retake_marking ── released, ≥60 ─▶ closed: passed_retake (补考合格)
//	   │ window over: absent         └─ released, <60 ─▶ retraining_due ── HR assigns ─▶ retraining
//	   └────────────────────────────────────────────▶ retraining_due         all courses done ─▶ reexam_due ── handed in ─▶ reexam_marking
//	reexam_due ── absent ─▶ decision_due
//	reexam_marking ── ≥60 ─▶ closed: passed_retraining (经复训合格) · <60 ─▶ decision_due
//	decision_due ── HR proposes, another approves ─▶ retraining_due (another round) | closed: transferred (调岗) | closed: dismissed (辞退)
//	any open state ── the fail is lifted ─▶ closed: lifted (撤销)
//	retraining_due … decision_due ── the failed retake is corrected to ≥60 ─▶ closed: passed_retake
//	retraining_due … decision_due ── a failed re-exam is corrected to ≥60 ─▶ closed: passed_retraining
//	closed: passed_retake, passed_retraining ── the fail is lifted ─▶ closed: lifted
//	closed: passed_retraining ── the failed retake is corrected to ≥60 ─▶ closed: passed_retake
//	closed: transferred, dismissed ── any of these ─▶ stays, and HR is told that the ground fell away
//
// A correction never makes a person worse off: one from a pass to a fail moves nothing and is recorded as spared. What a closed
// case was still waiting for is taken back: the sitting that has not begun, the courses that are not finished, the proposal
// that nobody answered. A sitting that has begun is left to its end, and its result moves nothing.
//
// A result may be released in the moment of handing in; then the marking states are passed through without a stop.
// Each state has its facts (a window, an exam, courses, a decision) as CHECK constraints beside the table, and its deadline:
// the end of the retake's window, the day by which the retraining must be done, the end of the re-exam's window.
package remediation
