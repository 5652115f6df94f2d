package courseware_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/courseware"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/internal/platform/page"
)

// course is a draft of the unit with one picture to look at for each name.
func (w *school) course(v account.Viewer, unit account.UnitID, title string, files ...string) courseware.CourseID {
	w.Helper()
	id, err := w.s.CreateCourse(ctx, v, courseware.CourseInput{UnitID: unit, Title: title, SelfStudy: true})
	w.no(err)
	for _, name := range files {
		w.no(w.s.AddUnits(ctx, v, id, []courseware.ObjectID{w.file(v, name, png(50))}))
	}
	return id
}

func (w *school) published(v account.Viewer, unit account.UnitID, title string, files ...string) courseware.CourseID {
	w.Helper()
	id := w.course(v, unit, title, files...)
	w.no(w.s.Publish(ctx, v, id))
	return id
}

func (w *school) units(v account.Viewer, id courseware.CourseID) []courseware.Unit {
	w.Helper()
	d, err := w.s.Course(ctx, v, id)
	w.no(err)
	return d.Units
}

func key(err error) string {
	var e *errs.Error
	if !errors.As(err, &e) {
		return ""
	}
	if len(e.Fields) > 0 {
		return e.Fields[0].Key
	}
	return e.Key
}

// rule:C21
func TestACourseFromDraftToRetired(t *testing.T) {
	w := newSchool(t)
	id := w.course(w.trainer, w.company, "水光针咨询要点")
	if err := w.s.Publish(ctx, w.trainer, id); key(err) != "error.courseware.no_unit" {
		t.Error("published empty:", err)
	}
	pending, err := w.s.BeginUpload(ctx, w.trainer, "大图.png", 20)
	w.no(err)
	w.no(w.s.AddUnits(ctx, w.trainer, id, []courseware.ObjectID{w.file(w.trainer, "第一节.png", png(30)), w.file(w.trainer, "第二节.png", png(30))}))
	if err := w.s.AddUnits(ctx, w.trainer, id, []courseware.ObjectID{pending.ID}); key(err) != "error.courseware.choose" {
		t.Error("added what has not arrived:", err)
	}
	units := w.units(w.trainer, id)
	if len(units) != 2 || units[0].Title != "第一节" || !units[1].Required || units[0].Kind() != courseware.KindImage {
		t.Fatalf("%+v", units)
	}
	w.no(w.s.MoveUnit(ctx, w.trainer, id, units[1].ID, -1))
	w.no(w.s.MoveUnit(ctx, w.trainer, id, units[1].ID, -1)) // already the first
	w.no(w.s.EditUnit(ctx, w.trainer, id, units[0].ID, courseware.UnitInput{Title: " 附录 ", Required: false}))
	units = w.units(w.trainer, id)
	if units[0].Title != "第二节" || units[1].Title != "附录" || units[1].Required {
		t.Fatalf("%+v", units)
	}
	w.no(w.s.Publish(ctx, w.trainer, id))
	for name, err := range map[string]error{
		"published twice": w.s.Publish(ctx, w.trainer, id),
		"unit added":      w.s.AddUnits(ctx, w.trainer, id, []courseware.ObjectID{w.file(w.trainer, "x.png", png(30))}),
		"unit removed":    w.s.RemoveUnit(ctx, w.trainer, id, units[0].ID),
		"made compulsory": w.s.EditUnit(ctx, w.trainer, id, units[1].ID, courseware.UnitInput{Title: "附录", Required: true}),
	} {
		if key(err) != "error.courseware.state.published" {
			t.Errorf("%s under people who learn: %v", name, err)
		}
	}
	w.no(w.s.ReplaceFile(ctx, w.trainer, id, units[0].ID, w.file(w.trainer, "新版.png", png(31))))
	if u := w.units(w.trainer, id)[0]; u.Version != 2 || u.FileName != "新版.png" {
		t.Errorf("%+v", u)
	}
	w.no(w.s.Retire(ctx, w.trainer, id, "内容过时"))
	if err := w.s.EditCourse(ctx, w.trainer, id, 3, courseware.CourseInput{Title: "x"}); key(err) != "error.courseware.state.retired" {
		t.Error(err)
	}
	want := []string{"course.create", "course.publish", "course.retire"}
	if acts := w.acts("course"); !slices.Equal(acts, want) {
		t.Errorf("audit %v, want %v", acts, want)
	}
}

func TestRemovedUnitsAreGoneFromADraft(t *testing.T) {
	w := newSchool(t)
	id := w.course(w.trainer, w.company, "课", "a.png", "b.png")
	w.no(w.s.RemoveUnit(ctx, w.trainer, id, w.units(w.trainer, id)[0].ID))
	if units := w.units(w.trainer, id); len(units) != 1 || units[0].Title != "b" {
		t.Fatalf("%+v", units)
	}
}

func TestTheSecondEditorIsTold(t *testing.T) {
	w := newSchool(t)
	id := w.course(w.trainer, w.company, "课")
	w.no(w.s.EditCourse(ctx, w.trainer, id, 1, courseware.CourseInput{Title: "第一个", Topics: []string{"项目", " 项目 ", ""}}))
	if err := w.s.EditCourse(ctx, w.trainer, id, 1, courseware.CourseInput{Title: "第二个"}); !errs.Is(err, errs.Conflict) {
		t.Error(err)
	}
	d, err := w.s.Course(ctx, w.trainer, id)
	if err != nil || d.Title != "第一个" || len(d.Topics) != 1 {
		t.Errorf("%+v %v", d, err)
	}
}

func TestCoursesBelongToAPartOfTheTree(t *testing.T) {
	w := newSchool(t)
	id := w.course(w.eastTrainer, w.east, "东院课程", "a.png")
	object := w.units(w.eastTrainer, id)[0].ObjectID
	if _, err := w.s.CreateCourse(ctx, w.eastTrainer, courseware.CourseInput{UnitID: w.company, Title: "x"}); key(err) != "error.courseware.choose" {
		t.Error("a course of the company:", err)
	}
	if _, err := w.s.Course(ctx, w.trainer, id); err != nil {
		t.Error("the trainer above:", err)
	}
	for name, err := range map[string]error{
		"course":  second(w.s.Course(ctx, w.westTrainer, id)),
		"publish": w.s.Publish(ctx, w.westTrainer, id),
		"lesson":  second(w.s.Lesson(ctx, w.westTrainer, id)),
		"media":   second(w.s.OpenMedia(ctx, w.westTrainer, object, 0)),
		"draft":   second(w.s.Lesson(ctx, w.anna, id)),
		"begin":   w.s.Begin(ctx, w.anna, id),
	} {
		if !errs.Is(err, errs.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := w.s.Course(ctx, w.anna, id); !errs.Is(err, errs.Forbidden) {
		t.Error("a consultant:", err)
	}
	w.no(w.s.Publish(ctx, w.eastTrainer, id))
	if err := w.s.Begin(ctx, w.bella, id); !errs.Is(err, errs.NotFound) {
		t.Error("the other branch:", err)
	}
	w.no(w.s.Begin(ctx, w.anna, id))
	if err := w.s.AddUnits(ctx, w.westTrainer, w.course(w.westTrainer, w.west, "西"), []courseware.ObjectID{object}); key(err) != "error.courseware.choose" {
		t.Error("another branch's file:", err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestCoursesAreFound(t *testing.T) {
	w := newSchool(t)
	botox := w.course(w.trainer, w.company, "肉毒素除皱")
	w.course(w.trainer, w.company, "100%真诚_沟通")
	w.no(w.s.Retire(ctx, w.trainer, w.course(w.trainer, w.company, "旧课"), ""))
	for name, c := range map[string]struct {
		f    courseware.CourseFilter
		want int
	}{
		"all":         {courseware.CourseFilter{}, 3},
		"part":        {courseware.CourseFilter{Search: "除皱"}, 1},
		"initials":    {courseware.CourseFilter{Search: "RDS"}, 1},
		"pinyin":      {courseware.CourseFilter{Search: "roudu"}, 1},
		"a per cent":  {courseware.CourseFilter{Search: "%"}, 1},
		"a line":      {courseware.CourseFilter{Search: "_"}, 1},
		"none":        {courseware.CourseFilter{Search: "玻尿酸"}, 0},
		"drafts":      {courseware.CourseFilter{State: courseware.Draft}, 2},
		"retired":     {courseware.CourseFilter{State: courseware.Retired}, 1},
		"a backslash": {courseware.CourseFilter{Search: `\`}, 0},
	} {
		rows, total, err := w.s.Courses(ctx, w.trainer, c.f, page.New(1, 10))
		if err != nil || total != c.want || len(rows) != c.want {
			t.Errorf("%s: %d of %d, %v", name, len(rows), total, err)
		}
	}
	if rows, _, err := w.s.Courses(ctx, w.westTrainer, courseware.CourseFilter{}, page.New(1, 10)); err != nil || len(rows) != 0 {
		t.Error("another branch's list:", rows, err)
	}
	titles, err := w.s.Titles(ctx, w.db, []courseware.CourseID{botox})
	if err != nil || titles[botox] != "肉毒素除皱" {
		t.Error(titles, err)
	}
}

// Versions are only ever added: the database itself refuses a change.
func TestVersionsAndBeatsAreInsertOnly(t *testing.T) {
	w := newSchool(t)
	w.course(w.trainer, w.company, "课", "a.png")
	q, err := w.db.Prepare(ctx, `
-- name: version
-- why: a change that must not be
UPDATE unit_version SET minutes = 9
-- name: clear
-- why: nor this
TRUNCATE progress_event`)
	w.no(err)
	for _, name := range []string{"version", "clear"} {
		if err := w.db.InTx(ctx, func(tx *db.Tx) error { _, err := q.Exec(ctx, tx, name); return err }); err == nil {
			t.Error(name, "passed")
		}
	}
}
