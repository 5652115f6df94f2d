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
//
// A result may be released in the moment of handing in; then the marking states are passed through without a stop.
// Each state has its facts (a window, an exam, courses, a decision) as CHECK constraints beside the table, and its deadline:
// the end of the retake's window, the day by which the retraining must be done, the end of the re-exam's window.
package remediation
