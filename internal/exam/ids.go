package exam

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// The ids of this feature's things; decimal strings outside (decision 1).
type (
	// ExamID identifies an exam (考试).
	ExamID int64
	// BlueprintID identifies a version of a blueprint (命题蓝图).
	BlueprintID int64
	// PaperID identifies a frozen paper (试卷).
	PaperID int64
	// RoundID identifies a round (考核轮次): an original exam with its retake and re-exams.
	RoundID int64
	// CandidateID identifies a person's place in an exam (考生).
	CandidateID int64
	// AttemptID identifies an attempt (答卷).
	AttemptID int64
	// ResultID identifies one version of a result (成绩).
	ResultID int64
	// TopicID identifies a knowledge point of the bank.
	TopicID int64
	// VersionID identifies a question version of the bank.
	VersionID int64
	// MarkTaskID identifies an answer that people mark; it tells nothing of whose it is.
	MarkTaskID int64
)

func (id ExamID) String() string      { return strconv.FormatInt(int64(id), 10) }
func (id PaperID) String() string     { return strconv.FormatInt(int64(id), 10) }
func (id AttemptID) String() string   { return strconv.FormatInt(int64(id), 10) }
func (id MarkTaskID) String() string  { return strconv.FormatInt(int64(id), 10) }
func (id CandidateID) String() string { return strconv.FormatInt(int64(id), 10) }

func (id TopicID) String() string { return strconv.FormatInt(int64(id), 10) }

// MarshalJSON writes the decimal string.
func (id ExamID) MarshalJSON() ([]byte, error) { return json.Marshal(id.String()) }

// MarshalJSON writes the decimal string.
func (id AttemptID) MarshalJSON() ([]byte, error) { return json.Marshal(id.String()) }

// UnmarshalJSON reads the decimal string.
func (id *ExamID) UnmarshalJSON(b []byte) error { return unmarshalID(b, (*int64)(id)) }

// UnmarshalJSON reads the decimal string.
func (id *AttemptID) UnmarshalJSON(b []byte) error { return unmarshalID(b, (*int64)(id)) }

func unmarshalID(b []byte, dst *int64) error {
	n, err := strconv.ParseInt(strings.Trim(string(b), `"`), 10, 64)
	if err != nil || n <= 0 {
		return fmt.Errorf("exam: %s is no id", b)
	}
	*dst = n
	return nil
}
