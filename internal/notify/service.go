package notify

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/page"
)

//go:embed queries.sql
var queriesSQL string

// Service sends and shows notices.
type Service struct {
	d *db.DB
	q *db.Queries
}

// NewService prepares the statements.
func NewService(ctx context.Context, d *db.DB) (*Service, error) {
	q, err := d.Prepare(ctx, queriesSQL)
	if err != nil {
		return nil, fmt.Errorf("notify: %w", err)
	}
	return &Service{d: d, q: q}, nil
}

// Tell puts news into the inbox of each person, inside the transaction that made them.
func (s *Service) Tell(ctx context.Context, tx *db.Tx, people []account.PersonID, n News) error {
	if len(people) == 0 {
		return nil
	}
	if n.Places == nil {
		n.Places = map[string]any{}
	}
	_, err := s.q.Exec(ctx, tx, "send", db.Array(account.Int64s(people)), n.Kind, n.Key, db.JSONOf(n.Places), n.Link, n.Subject, tx.Now())
	return err
}

// Letter is news for one person.
type Letter struct {
	To account.PersonID
	News
}

// TellEach puts into each person's inbox what concerns that person, inside the transaction that made the news.
func (s *Service) TellEach(ctx context.Context, tx *db.Tx, letters []Letter) error {
	if len(letters) == 0 {
		return nil
	}
	n := len(letters)
	people, kinds, keys, places, links, subjects := make([]int64, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	for i, l := range letters {
		text, err := json.Marshal(l.Places)
		if err != nil {
			return fmt.Errorf("notify: %w", err)
		}
		people[i], kinds[i], keys[i], places[i], links[i], subjects[i] = int64(l.To), string(l.Kind), l.Key, string(text), l.Link, l.Subject
	}
	_, err := s.q.Exec(ctx, tx, "send_each", db.Array(people), tx.Now(), db.Array(kinds), db.Array(keys), db.Array(places), db.Array(links), db.Array(subjects))
	return err
}

// Inbox is a page of the viewer's own notices.
func (s *Service) Inbox(ctx context.Context, v account.Viewer, unreadOnly bool, p page.Page) (notices []Notice, total int, err error) {
	if err := v.Require(account.NotifyRead); err != nil {
		return nil, 0, err
	}
	if err := s.q.Select(ctx, s.d, &notices, "inbox", v.PersonID, unreadOnly, p.Limit(), p.Offset()); err != nil {
		return nil, 0, err
	}
	if len(notices) > 0 {
		total = notices[0].Total
	}
	return notices, total, nil
}

// Unread is how many of the viewer's notices are unread, at most 100.
func (s *Service) Unread(ctx context.Context, v account.Viewer) (int, error) {
	var n int
	err := s.q.Get(ctx, s.d, &n, "unread", v.PersonID)
	return n, err
}

// Open reads a notice and returns where it leads; NotFound when it is not the viewer's.
func (s *Service) Open(ctx context.Context, v account.Viewer, id ID) (link string, err error) {
	if err := v.Require(account.NotifyRead); err != nil {
		return "", err
	}
	if err := s.q.Get(ctx, s.d, &link, "link", id, v.PersonID); err != nil {
		return "", err
	}
	_, err = s.q.Exec(ctx, s.d, "read_one", id, v.PersonID, s.d.Now())
	return link, err
}

// ReadAll reads everything.
func (s *Service) ReadAll(ctx context.Context, v account.Viewer) error {
	if err := v.Require(account.NotifyRead); err != nil {
		return err
	}
	_, err := s.q.Exec(ctx, s.d, "read_all", v.PersonID, s.d.Now())
	return err
}
