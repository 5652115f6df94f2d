// Package story tests the whole product the way people use it: one quarter of a clinic, told in a real browser against the
// whole program with a real database and object store, on a clock that is moved by hand.
package story
