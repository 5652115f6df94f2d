package courseware

import "strconv"

// The ids of this feature's things; decimal strings outside (decision 1).
type (
	// ObjectID identifies a file; an upload has the id of the file that it becomes.
	ObjectID int64
	// CourseID identifies a course (课程).
	CourseID int64
	// UnitID identifies a unit of a course (单元).
	UnitID int64
	// VersionID identifies a version of a unit: which file it shows.
	VersionID int64
	// EnrolmentID identifies a person's way through a course.
	EnrolmentID int64
)

func (id ObjectID) String() string    { return strconv.FormatInt(int64(id), 10) }
func (id CourseID) String() string    { return strconv.FormatInt(int64(id), 10) }
func (id UnitID) String() string      { return strconv.FormatInt(int64(id), 10) }
func (id VersionID) String() string   { return strconv.FormatInt(int64(id), 10) }
func (id EnrolmentID) String() string { return strconv.FormatInt(int64(id), 10) }
