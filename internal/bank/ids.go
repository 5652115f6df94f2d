package bank

import "strconv"

// The ids of this feature's things; decimal strings outside (decision 1).
type (
	// QuestionID identifies a question through all its versions.
	QuestionID int64
	// VersionID identifies one version of a question; papers name it.
	VersionID int64
	// TopicID identifies a knowledge point (知识点).
	TopicID int64
	// ImportID identifies an import of a file.
	ImportID int64
	// RivalSetID identifies a set of questions of which a paper takes one (互斥题).
	RivalSetID int64
	// ReportID identifies what somebody reported of a question.
	ReportID int64
	// TagID identifies a tag.
	TagID int64
)

func (id QuestionID) String() string { return strconv.FormatInt(int64(id), 10) }
func (id VersionID) String() string  { return strconv.FormatInt(int64(id), 10) }
func (id TopicID) String() string    { return strconv.FormatInt(int64(id), 10) }
func (id ImportID) String() string   { return strconv.FormatInt(int64(id), 10) }
func (id RivalSetID) String() string { return strconv.FormatInt(int64(id), 10) }
func (id ReportID) String() string   { return strconv.FormatInt(int64(id), 10) }
func (id TagID) String() string      { return strconv.FormatInt(int64(id), 10) }
