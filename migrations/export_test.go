package migrations

// UpWithin is Up with less patience.
var UpWithin = up
