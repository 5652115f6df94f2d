// Package objectstore keeps files: courseware, pictures of questions, page
// images, exports. It speaks S3 through minio-go, so that the embedded server,
// SeaweedFS, Ceph RGW and a cloud's S3 are the same to the program.
//
// Words: an *object* has a *key* ("courseware/12/3.mp4"), bytes and a content
// type, and is written whole: readers see all of it or nothing. A *presigned*
// address lets its holder read or write that one object for some minutes
// without logging in; it is a secret, so never log it.
//
// What a person uploads goes straight from the browser to the store:
//
//	StartMultipart ──PresignPart (1…n)──▶ browser PUTs ──CompleteMultipart──▶ object
//	      └──────────────────AbortMultipart──────────────────▶ nothing kept
//
// The store is not trusted to be right for ever: the size and the sha256 of
// every object stand in PostgreSQL.
package objectstore
