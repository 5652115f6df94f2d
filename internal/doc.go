// Package internal is the house of the program. Its rooms, from the ground up:
//
//	platform/…   errors, clock, database, embedded servers, object store, queue, audit, words, HTTP edge; knows no feature
//	score, money int64 hundredths and bands, int64 fen
//	account … notify   the features: rules, service, store; no HTTP
//	web, api     pages and JSON, side by side over the same services
//	app          puts it together
//	gateway      the embedded object storage's server, a library, in a room of its own: the commands hand it down to app
//	demo         the demo clinic, made through the services
//
// archtest holds the arrows between them. Where the code departs from the first plan, and why:
//
//   - Retraining needs no feature "training" of its own yet: a retraining is a set of assigned courses with a day by which
//     they must be finished, and courseware already knows how to assign and to credit a course. The feature comes with plans,
//     classes and attendance.
//   - The ledger books what an exam's result brings, by the version that held when the exam opened and not by the one of the day of the
//     booking: everybody of a round is paid alike, however late a case closes or a correction comes. Daily points, commission, vote and the pay
//     run come with their own issue.
//   - Policies are a small package of the ground (platform/policy), because exam, remediation and appraisal all pin a version.
//   - The heart-beat of the servers is platform/uptime: the outage is the ground's fact, the credit is the exam's rule.
//   - Words are one file a feature and language, not one file a language: a feature's words stand and change together.
//   - The log of the embedded database is archived by the program itself (backup/archive.go) and not by pgBackRest: a clinic's
//     machine need not have it, its archive_command lets a full archive stop the exams, and the bound of a minute would cost a
//     segment of 16 MiB each time. A cluster's operator takes pgBackRest as ever.
//   - People's files have no second host (FILES_ORIGIN): its browser would have no log-in there, and each address would have to carry a right
//     of its own. They stand under /files/ in a sandbox of no origin, which is what the second host is for.
//   - The development tools have a module of their own under deploy/tools, so that staticcheck's requirements do not decide
//     the program's versions.
package internal
