// Package config is everything that an operator can set, read once at the
// start from flags and the environment, checked as a whole, and passed on by
// value. A flag has the name of its variable in small letters with hyphens
// (--trusted-proxy for TRUSTED_PROXY) and goes before it.
//
// What a clinic can set while the program runs (bands, windows, its time zone
// of record) is policy and lives in the database, not here.
package config
