// Package bank is the stored question bank (题库): questions with their versions, the tree of knowledge points, imports
// with a dry run, and the pool that papers are drawn from.
//
// Its words:
//
//	topic        知识点: a knowledge point; a tree below the five content areas (C12–C16)
//	question     题: the thread that holds its versions
//	version      版本: what people answer. A published version never changes again: papers pin it with its key
//	current      the version that lists show: the published one, else the newest
//	open         the version that is being written; a question has at most one
//	usage        that a paper took a version
//	rivals       互斥题: a set of questions of which a paper takes at most one
//	pool         what papers are drawn from: the published versions with the facts that a blueprint asks for
//	import       导入: a file's questions, previewed, then applied as a whole or not at all
//	exposure     展示: how often exams that are over have shown a version
//	statistics   统计: what exams say of a version (itemstat); added by the feature exam, pooled here over exams, versions kept apart
//	double       重复: a question whose stem and options, folded, stand in the bank already
//
// A version's states. A change of a published question opens a new draft; publishing it retires the version before:
//
//	draft ── publish ──▶ published ── retire, or a newer version is published ──▶ retired
//	  └────────────────────── retire ───────────────────────────────────────────────▲
//
// in_review stands between draft and published once the review by a second person is switched on. A source whose text was
// not at hand (待核) keeps a version from being published.
package bank
