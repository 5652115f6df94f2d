// Package jobs is the queue for slow and outside work: mail, conversion,
// checks of uploads, exports, sealing. It hides River.
//
// A job is enqueued in the transaction of the act that wants it, so it exists
// exactly when the act does:
//
//	enqueue ──commit──▶ available ──▶ running ──▶ completed
//	   │                    ▲            │
//	rollback            back-off      failed, panicked, process killed
//	   ▼                    └────────────┤
//	nothing                              ▼  (after maxAttempts)
//	                                 discarded, in the log
//
// A job may run twice (the process died between the work and its note), so a
// handler must bear that. Nothing is enqueued for a future instant: deadlines
// are rows that a tick asks for.
package jobs
