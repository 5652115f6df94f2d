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
//	review       审核: a person who did not write at a version publishes it, or sends it back with the reason
//	batch        整批: what one import brought and waits for its reviewer
//	near         相近: the words of two questions agree to a large part (near.go says how it is told)
//	report       题目报错: what somebody says to be wrong with a question of an own released result, and what was answered
//	tag          标签: a word by which the staff groups questions; on the question, not on a version
//	bulk edit    批量修改: one change for many questions, seen in a preview before it is made
//	initials     首字母: the first letters of a stem's readings, by which it is found (initials.go)
//	left out     没有导入: a question of a file that did not come in by choice, with its place and why
//
// A version's states. A change of a published question opens a new draft; publishing it retires the version before:
//
//	        submit               approve: not by whoever wrote at it
//	draft ─────────▶ in_review ─────────────────────────────────▶ published ── retire, or a newer version is published ──▶ retired
//	  │  ◀───────────┘ return with a reason · withdraw · edit       ▲                                                        ▲
//	  ├── publish, unless the policy question_review asks for a second person ─┘                                             │
//	  └────────────────────── retire ────────────────────────────────────────────────────────────────────────────────────────┘
//
// Whoever wrote at a version (its author, and everybody who edited it) never reviews it: a CHECK holds that for each version
// that was submitted. The policy question_review says whether every version must be; its default is no, so that a clinic with
// one trainer can begin and an operator can bring in the content that ships with one command. A version that its writer
// published without review stays marked as that, on every page and in the audit. With the policy on, an import is not
// published at once: another person reviews it as one batch, says how many questions they read one by one and how, and that
// stands with each of its versions for ever.
//
// A source whose text was not at hand (待核) keeps a version from being published.
package bank
