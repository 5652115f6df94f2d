// Package notify is the inbox: what each person was told and whether it was read. Other features do not know it; the program
// hands their news on to it, inside the transaction that made them news.
//
// A notice has a subject, such as "exam:7:published" or "case:3:retake:2d": the same subject is told to a person once, so
// news may arrive twice and reminders may be looked for at every tick.
package notify
