// Package ledger books what is owed to people in points and money, and explains each line (C33, C47, N10). So far it books what
// the result of an exam brings (成绩兑现).
//
// Its words:
//
//	policy   成绩兑现政策: what each outcome of a round brings, for each kind of exam; in versions
//	outcome  轮次结果: 优秀 · 良好 · 合格 · 补考合格 · 经复训合格 · 不合格 (decision 22)
//	pay      兑现: whole points and an amount in fen; a point is worth one yuan (N10)
//	entry    积分奖金记录: a line of a person and a round; only added
//	standing 有效: an entry that no other one reverses; a person and round have one at most
//
// The entries of a person and a round alternate:
//
//	(none) ── the round is settled ──▶ 1 books ── another outcome ──▶ 2 reverses 1, 3 books
//	                                     └── nothing is owed, or the case is open again ──▶ 2 reverses 1
//
// A round is settled for a person when the first sitting was passed, or when the case that a fail had opened is closed; until
// then nothing is booked (待定). What an outcome brings is read from the version that held when the round's exam opened: everybody of a
// round is paid by the same version, also where results are released at hand-in, it was known before anybody sat, and a later one rewrites
// nothing. (A round that was there before this rule is paid by the version that held when its exam closed.) An outcome that
// brings nothing is not booked. An entry counts in the month in which it is booked, so that a month that was paid stays as it was.
package ledger
