// Package audit keeps the record of acts: who did what to what, when, with the facts before and after.
//
// An event is inserted in the transaction of the act that it tells (Write), with a hash over its own canonical JSON. A
// single running hash would make every writer wait for every other; so a sealer gives visible events gapless numbers
// (leaves) and closes each batch with a seal that carries the hash of the seal before:
//
//	event ── row_hash ──▶ leaf seq=n ──▶ seal (from…to, root, prev, head = H(prev, from, to, root))
//
// Verify recomputes everything and names the first row that does not fit. Chained rows hold ids and keyed hashes of
// personal values; the values themselves stand in audit_personal with the key (the salt), and can be erased, but not altered unseen.
package audit
