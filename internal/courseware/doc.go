// Package courseware is learning at one's own time (C21): files that trainers upload, courses made of them, who is to learn
// a course, and what the server credits as learnt. Retraining rests on it (C55, C56).
//
// # Words
//
//   - object (文件): a file in object storage; its type is what its content says. page: the picture of a PDF's page.
//   - course (课程), unit (单元), version: which file a unit shows. Another file is another version, and progress belongs to
//     the version; a unit finished in an earlier version stays finished.
//   - enrolment (学习任务): a person's way through a course, by own choice, assigned, or as retraining. Each retraining is a
//     new enrolment, with nothing learnt yet, even of a course that was finished before.
//   - beat: what a player tells every 10 s. Progress is the server's fold of beats: it credits no more time than passed on
//     its own clock, so that no single request can finish anything.
//
// # An object
//
//	uploading ── complete ──▶ pending ── check: as declared ──▶ checked
//	    │                        └────── check: differs ──────▶ refused   (bytes deleted, reason kept)
//	    └── abort, or a day without an end ──▶ dropped
//
// # A course
//
//	draft ── publish: every file checked, every length known ──▶ published ── retire ──▶ retired
//	   └─────────────────────────── retire ─────────────────────────────────────────────▶ retired
//
// A published course keeps its units: files may be replaced and titles and order changed, but nothing is added, removed or
// made compulsory under people who are on their way. A retired course takes nobody new; who began may finish.
//
// # An enrolment
//
//	open ── the last compulsory unit is finished ──▶ completed
//	  └──── withdrawn: retraining lifted, or replaced by a retraining ──▶ withdrawn
//
// # Where the bytes go
//
// Uploads go from the browser to the store in parts, by presigned addresses of at most ten minutes. Reading goes through the
// program, which asks at each request whether the viewer may (OpenMedia), or by a presigned address of five minutes for
// downloads.
package courseware
