// Package backup writes everything that a clinic has into a folder, and brings it back (decision 32):
//
//	DIR/objects/<key>                   every object, once: a key is random and what stands behind it never changes
//	                                    but for the kept heads of the record of acts: the manifest has its own
//	DIR/2026-11-21T190000Z/database.dump
//	DIR/2026-11-21T190000Z/manifest.json  size and sha256 of the dump and of each object, and the head of the record of acts
//
// The dump is taken first, so every object that it names is among the objects that are listed after it. A backup is whole
// when its manifest stands: it is written last. Restore checks every checksum before it touches anything.
package backup
