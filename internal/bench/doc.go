// Bench is the load generator (make bench): it drives a real server process over HTTP with real log-ins through the workload
// EXAM-50 and prints what it measured beside the limit, which it measures in the same run on the same database server.
//
// # Words
//
//   - examinee: a simulated person with a connection of the own; sitting: one attempt of an examinee with what was acknowledged.
//   - limit: the bare SQL of one durable save (limit_save.sql), hand-in or start, run by a minimal client with the same number
//     of connections, before and after. Where pgbench is installed it runs the same file, and the faster of both counts.
//   - phase: a part of the workload with its own line; a figure: one line of bench.json.
//   - intended time: when an open loop wanted to send. Latencies count from it, so a server that falls behind cannot hide it.
//
// # Phases
//
// EXAM-50 in full is what exam50 says: log-in, the start rush of 1,000, an open loop of a change each 2 s and one of a change each 10 s
// (both with 10 % repeated or stale changes, 2 % resumes and the heart-beats), the hand-in rush, and each of starts, saves (64 and 256 in
// flight, alone and in pages of five, and with flushes that take a millisecond more) and hand-ins between two measurements of their limit;
// then whole sittings in every order, and a deadline at which nobody hands in, so that the server must. With -grow the journal grows by so
// many rows at the end, as 10 million, and saves and hand-ins must cost what they did. Each phase is bounded by a time or a count: about
// five minutes on two quiet cores, and as much again for the growing.
//
// The figures count only if every acknowledged change stands in the journal afterwards and every mark is what a second
// computation makes of what was acknowledged; else the run fails.
//
// Generator, server and PostgreSQL share the machine. Only ratios taken in one run mean anything on another one.
package main
