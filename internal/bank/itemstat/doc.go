// Package itemstat computes item and paper statistics (题目与试卷统计): pure rules over marks, without a clock or a database.
// Marks come in as int64 hundredths, statistics are floats: they point at questions, nobody is judged or paid by them.
//
// The formulas are those of Moodle's quiz statistics ("Quiz statistics calculations", Moodle developer documentation, in the
// notation: s a sitting, p a question, x_p(s) its mark, T_s the total, X_p(s) = T_s − x_p(s) the rest, V variance and C
// covariance with divisor n − 1). Each docstring names its formula and its section. testdata/verified.md tells how they were checked
// against Moodle's own figures, and where they depart and why.
//
// # Words
//
//   - sitting: one person's marked attempt. Of several attempts of one person the caller gives one.
//   - facility (难度系数/正确率), discrimination (区分度), efficiency (区分效率), intended and effective weight (设定/实际权重).
//   - third: the sittings in order of their score, cut into the upper, middle and lower third (高/中/低分组).
//   - Sums: what one exam says of one question version, in numbers that can be added: the statistics of a version pooled over
//     exams come of the added sums. Covariances are centred inside each exam, so that an easy exam and a hard one do not look
//     like discrimination (pooled within-group correlation).
package itemstat
