// Package app puts the program together: it opens the ground (database, object storage, clock), builds each feature, hands
// each what it needs of the others, mounts the pages and the API, and starts and stops what runs beside the requests. It is
// the only package that knows everybody.
//
// What must be true together travels upwards through hooks that it wires (hooks.go), inside one transaction:
//
//	result released ──▶ case opened or moved (remediation) ──▶ knowledge fact (appraisal) ──▶ notice (notify)
//	attempt handed in ─▶ case waits for marks
//	course finished ───▶ retraining ticked off, re-exam unlocked ──▶ participation fact ──▶ notice
package app
