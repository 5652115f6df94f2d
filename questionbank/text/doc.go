// Package text reads questions from plain text as Chinese trainers write it, and from the lines of any other document (package
// docx reads Word files into them).
//
//	一、单选题（每题2分）
//	1、客户问“打一针能保几年”，合适的回复是（ A ）
//	A. 以医生面诊为准    B. 保证三年
//	解析：咨询员不承诺效果。
//
// What is understood:
//
//   - Questions numbered 1、 1. （1） 第1题, or unnumbered when options follow. A number inside an explanation or a stem is told from
//     a question's by the sequence and by what follows it: options or an answer.
//   - Options on lines of their own or several in a line; a mark at the right one: √, *, （正确答案）.
//   - Answers inside the stem （ B ）, on a line 答案：AC, or at the end of the file or the section: 参考答案 1-5 ABCDA 6.√, 1.A 2.BC,
//     with their explanations, or these in a list of their own. Lines ① ② are options where the answer is ②, lines A表皮 B真皮 where it is B.
//   - The marks of Markdown around all that, as chat programs write it.
//   - Lines 解析： 难度： 知识点： 法规： 评分标准： and their like, named as columns are in package table; several may stand in a line.
//   - Headings: 一、单选题（每题2分） gives the type, 第二章 医疗广告 the knowledge point. 1～3 题共用题干 is repeated in each stem, and so
//     is a case under 案例分析 whose questions have options.
//
// A text that belongs to nothing is named with its line. What the texts of a question may say is told in package written.
package text
