// Package backup writes everything that a clinic has into a folder that tells nothing to whoever steals it, and brings it back
// (decision 32, threat 32). Two kinds stand side by side under one DIR:
//
//	DIR/objects/ab/<name>.age           every object, once; the name is a hash of its key, key and content type are inside
//	DIR/2026-11-21T190000Z/             a backup of one night: any PostgreSQL of the same or a later version takes it
//	    database.dump.age               pg_dump
//	    manifest.json.age               size and sha256 of each file, rows of each table, head of the record of acts
//	    SHA256SUMS                      of the files as they stand, so that a copy is checked without the key: sha256sum -c
//	DIR/log/2026-11-21T190000Z/         one unbroken line of the embedded database's log ahead, to any moment of it (archive.go)
//	    base/<made>-<line>-<from>-<to>.tar.age     compressed (zstd), as the log is
//	    wal/<line>-<from>-<to>-<written>.age
//
// Files are encrypted with age to a public key; the server needs no other to write them (key.go). An old backup in clear, with
// manifest.json and DIR/objects/<key>, is restored as ever. Whoever holds the public key can make a backup of their own
// invention: that it is the clinic's is told by the head of the record of acts, which is kept elsewhere.
//
// The dump is taken first, so every object that it names is among the objects that are listed after it. A backup is whole
// when SHA256SUMS stands: it is written last. Restore checks every checksum before it touches anything; what has none is
// decrypted to its end first, which proves it whole.
package backup
