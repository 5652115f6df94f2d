// Durability is the checker of promises 1 to 4, 8 and 12 of an attempt (make durability): simulated examinees sit an exam at
// a real server process while the server and PostgreSQL are killed with -9 and connections are reset; afterwards what they
// were told is compared with what the database holds, row by row. The first row that does not fit is named and fails the run.
//
// # Words
//
//   - examinee: a simulated person with two tabs, who types changes, resends on any doubt under the same number, renumbers
//     when told that a number is out of order, takes the lease over from the other tab and hands in, or never does.
//   - doubt: no answer, or one that says "not confirmed". What is in doubt may stand in the journal or not.
//   - ledger: what an examinee typed, in order, and what was answered: acknowledged, refused or (still in doubt) open.
//   - fault: a kill of the server, a kill of PostgreSQL with all its backends, or some seconds of resets on a line.
//   - line: a toxiproxy, one between the examinees and the server, one between the server and PostgreSQL.
//   - hasty: a deliberately naive server's front, which acknowledges a save before it is written. The checker must find what
//     it loses, or finding nothing at the real server would mean nothing.
//
// # What is compared
//
// An acknowledged change stands in the journal once, under its epoch and number, as it was sent. What was refused does not
// stand there under that number, and neither does what nobody sent. The current response of a slot (the greatest epoch and
// number) is the last acknowledged change of it or one that was typed later and never answered for good. Each attempt was
// handed in once, at the one time that every receipt says, is marked once, and its marks are those of a second computation
// over the journal; the receipt's journal head is recomputed. Nobody's attempt is open after deadline, grace and drain.
//
//	examinees ── (hasty) ── toxiproxy ── peikao serve ── toxiproxy ── relay ── PostgreSQL
//
// PostgreSQL listens on a unix socket alone and toxiproxy speaks TCP: the relay is between them.
//
// # Upgrades
//
// With -upgrade (make upgrade BEFORE=v1.0) nothing is killed. The program of an older commit is built from the history and fills the
// clinic, so that the schema is that commit's; everybody begins their exam at it. Then the present program is started on the older
// schema by a role that may not migrate, which it must refuse; as the owner beside the older one, while a backup reads all
// tables; the older one is asked to end; it is started again on the newer schema, the newer one is asked to end, and the older
// one ends the exam and marks it. What is compared is the same.
//
// kill -9 leaves the kernel's page cache: the run shows that nothing is acknowledged before it is handed to the disk in the
// right order, not that the disk keeps it.
package main
