package courseware

import (
	"context"
	_ "embed"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
)

//go:embed queries.sql
var queriesSQL string

// store holds the feature's prepared statements.
type store struct{ *db.Queries }

func openStore(ctx context.Context, d *db.DB) (store, error) {
	q, err := d.Prepare(ctx, queriesSQL)
	return store{q}, err
}

// limits are the administrator's, else the default ones. What is not said stays as it is.
func (s store) limits(ctx context.Context, q db.Q) (Limits, error) {
	var rows []db.JSON[Limits]
	if err := s.Select(ctx, q, &rows, "limits"); err != nil {
		return Limits{}, err
	}
	l := DefaultLimits
	for _, r := range rows {
		l = r.V.or(l)
	}
	return l, nil
}

func (l Limits) or(d Limits) Limits {
	pick := func(v, otherwise int64) int64 {
		if v > 0 {
			return v
		}
		return otherwise
	}
	return Limits{
		VideoBytes: pick(l.VideoBytes, d.VideoBytes), AudioBytes: pick(l.AudioBytes, d.AudioBytes),
		PDFBytes: pick(l.PDFBytes, d.PDFBytes), ImageBytes: pick(l.ImageBytes, d.ImageBytes),
	}
}

// first reads at most one row: nil when there is none.
func first[T any](ctx context.Context, s store, q db.Q, name string, args ...any) (*T, error) {
	var rows []T
	if err := s.Select(ctx, q, &rows, name, args...); err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// readable is a file that the viewer may read, else NotFound (threat 36).
func (s store) readable(ctx context.Context, q db.Q, v account.Viewer, id ObjectID) (Object, error) {
	var o Object
	sc := v.Scope(account.CoursewareStudy)
	var uploader account.PersonID
	if v.Can(account.CoursewareAuthor) {
		uploader = v.PersonID
	}
	err := s.Get(ctx, q, &o, "object_readable", int64(id), sc.All, int64(uploader), db.Array(sc.UnitIDs), sc.PersonID)
	return o, err
}

// course is a course inside the viewer's authorship, else NotFound; name is "course" or "course_lock".
func (s store) course(ctx context.Context, q db.Q, v account.Viewer, name string, id CourseID) (Course, error) {
	var c Course
	if err := v.Require(account.CoursewareAuthor); err != nil {
		return c, err
	}
	sc := v.Scope(account.CoursewareAuthor)
	err := s.Get(ctx, q, &c, name, int64(id), sc.All, db.Array(sc.UnitIDs))
	return c, err
}

func (s store) units(ctx context.Context, q db.Q, id CourseID) ([]Unit, error) {
	var units []Unit
	err := s.Select(ctx, q, &units, "units", int64(id))
	return units, err
}
