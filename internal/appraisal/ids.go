package appraisal

import "strconv"

// SchemeID identifies a scheme over all its versions.
type SchemeID int64

// VersionID identifies one version of a scheme.
type VersionID int64

// CycleID identifies a cycle.
type CycleID int64

// SheetID identifies a sheet.
type SheetID int64

// FactID identifies a fact.
type FactID int64

// String is the decimal form that pages and the API show.
func (id VersionID) String() string { return strconv.FormatInt(int64(id), 10) }

// String is the decimal form that pages and the API show.
func (id CycleID) String() string { return strconv.FormatInt(int64(id), 10) }

// String is the decimal form that pages and the API show.
func (id SheetID) String() string { return strconv.FormatInt(int64(id), 10) }
