// Package embedded runs the two servers that a small clinic, the demo and the
// tests would otherwise have to install and look after: PostgreSQL as a child
// process, and an S3 server inside this process (package gateway; in tests a
// child as well, package s3child).
//
// Both listen on unix sockets only: nothing else on the machine's network can
// reach them, and no port can be taken. Both keep everything under one data
// directory:
//
//	DIR/pg/data        the PostgreSQL cluster (DIR/pg is a link when DIR is closed to the server's user)
//	DIR/pg/run         its socket (or a short temporary directory when the path is too long)
//	DIR/pg.lock        locked while a server runs; tells where its socket is
//	DIR/s3/            objects, one folder per bucket
//	DIR/s3.secret      the generated key pair, mode 0600
//
// Life of a PostgreSQL here:
//
//	(none) ──initdb──▶ stopped ──start──▶ running ──Stop──▶ stopped
//	                      ▲                  │
//	                      └──kill -9, power──┘   the next start recovers from the WAL
//
// The child gets its own process group (Ctrl-C must reach the program first,
// which then stops the database last) and a parent-death signal, so that a
// killed program leaves no server behind.
package embedded
