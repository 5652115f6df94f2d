package exam

import (
	"strconv"
	"strings"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/platform/errs"
)

// setupForm is an exam's settings as they are typed: times are the clinic's, the limit is in minutes.
type setupForm struct {
	Title           string `form:"title"`
	Kind            string `form:"kind"`
	PaperID         string `form:"paper_id"`
	OpensAt         string `form:"opens_at"`
	ClosesAt        string `form:"closes_at"`
	LastStartAt     string `form:"last_start_at"`
	LimitMinutes    string `form:"limit_minutes"`
	GraceSeconds    string `form:"grace_seconds"`
	AttemptsAllowed string `form:"attempts_allowed"`
	ShuffleSlots    bool   `form:"shuffle_slots"`
	ShuffleOptions  bool   `form:"shuffle_options"`
	Way             string `form:"way"`
	Review          string `form:"review"`
	Release         string `form:"release"`
	RedLine         string `form:"red_line"`
	Contact         string `form:"contact"`
}

// localMinute is what a datetime-local field takes and gives.
const localMinute = "2006-01-02T15:04"

// newSetupForm is a usual exam: tomorrow during the day, one hour, results by hand.
func newSetupForm(now time.Time, zone *time.Location, paper string) setupForm {
	day := now.In(zone).AddDate(0, 0, 1)
	at := func(hour int) string {
		return time.Date(day.Year(), day.Month(), day.Day(), hour, 0, 0, 0, zone).Format(localMinute)
	}
	return setupForm{
		Kind: string(exam.Quarterly), PaperID: paper, OpensAt: at(9), ClosesAt: at(18), LimitMinutes: "60",
		GraceSeconds: strconv.Itoa(exam.DefaultGraceSeconds), AttemptsAllowed: "1", ShuffleSlots: true, ShuffleOptions: true,
		Way: string(wayFree), Review: string(exam.ReviewMarks), Release: string(exam.ReleaseByHand), RedLine: string(exam.RedLineReport),
	}
}

func formOfExam(e exam.Exam, zone *time.Location) setupForm {
	f := setupForm{
		Title: e.Title, Kind: string(e.Kind), OpensAt: e.OpensAt.In(zone).Format(localMinute), ClosesAt: e.ClosesAt.In(zone).Format(localMinute),
		LimitMinutes: strconv.Itoa(e.LimitSeconds / 60), GraceSeconds: strconv.Itoa(e.GraceSeconds), AttemptsAllowed: strconv.Itoa(e.AttemptsAllowed),
		ShuffleSlots: e.ShuffleSlots, ShuffleOptions: e.ShuffleOptions, Way: string(wayOf(e.OneWay)), Review: string(e.Review), Release: string(e.Release), RedLine: string(e.RedLine),
		Contact: e.Contact,
	}
	if e.PaperID != nil {
		f.PaperID = e.PaperID.String()
	}
	if e.LastStartAt != nil {
		f.LastStartAt = e.LastStartAt.In(zone).Format(localMinute)
	}
	return f
}

// settings reads the times and numbers; what is none is named at its field.
func (f setupForm) settings(zone *time.Location) (exam.Settings, exam.PaperID, error) {
	r := formReader{zone: zone}
	s := exam.Settings{
		Title: f.Title, Kind: exam.Kind(f.Kind), OpensAt: r.time("opens_at", f.OpensAt), ClosesAt: r.time("closes_at", f.ClosesAt),
		LimitSeconds: 60 * r.number("limit_minutes", f.LimitMinutes), GraceSeconds: r.number("grace_seconds", f.GraceSeconds),
		AttemptsAllowed: r.number("attempts_allowed", f.AttemptsAllowed), ShuffleSlots: f.ShuffleSlots, ShuffleOptions: f.ShuffleOptions,
		OneWay: f.Way == string(wayOneWay), Review: exam.Review(f.Review), Release: exam.Release(f.Release), RedLine: exam.RedLineRule(f.RedLine),
		Contact: strings.TrimSpace(f.Contact),
	}
	if f.LastStartAt != "" {
		at := r.time("last_start_at", f.LastStartAt)
		s.LastStartAt = &at
	}
	if len(r.wrong) > 0 {
		return s, 0, errs.InvalidFields(r.wrong...)
	}
	return s, account.ParseID[exam.PaperID](f.PaperID), nil
}

// formReader collects what cannot be read.
type formReader struct {
	zone  *time.Location
	wrong []errs.Field
}

func (r *formReader) time(name, text string) time.Time {
	t, err := time.ParseInLocation(localMinute, text, r.zone)
	if err != nil {
		r.wrong = append(r.wrong, errs.NewField(name, "exampages.wrong.time"))
	}
	return t.UTC()
}

// maxTyped keeps a typed number from overflowing; the rules' own bounds are far below.
const maxTyped = 1_000_000

func (r *formReader) number(name, text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > maxTyped {
		r.wrong = append(r.wrong, errs.NewField(name, "exampages.wrong.number"))
		return 0
	}
	return n
}
