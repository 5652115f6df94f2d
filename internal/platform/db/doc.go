// Package db owns the connections to PostgreSQL: the pool, transactions with one Now each, named statements that are
// prepared when the program starts, and the pinned connection that confirms examinees' answers.
//
// SQL lives in each feature's queries.sql as blocks that begin with
//
//	-- name: person_by_id
//	-- why: every page needs the person behind an id
//
// Prepare parses such a file and prepares every block once, so that a broken statement stops the start and not an exam.
package db
