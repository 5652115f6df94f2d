package bank

import (
	"context"
	"slices"
	"strings"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
)

// Topics is the tree of knowledge points.
func (s *Service) Topics(ctx context.Context, v account.Viewer) (Tree, error) {
	if err := v.Require(account.BankRead); err != nil {
		return Tree{}, err
	}
	return s.store.tree(ctx, s.db)
}

// Count is how many questions stand at a topic itself, drafts included, and how many of them are published.
type Count struct {
	TopicID   TopicID `db:"topic_id"`
	Questions int     `db:"questions"`
	Published int     `db:"published"`
}

// TopicCounts counts the questions of each topic that has any.
func (s *Service) TopicCounts(ctx context.Context, v account.Viewer) (map[TopicID]Count, error) {
	if err := v.Require(account.BankRead); err != nil {
		return nil, err
	}
	var rows []Count
	if err := s.store.q.Select(ctx, s.db, &rows, "topic_counts"); err != nil {
		return nil, err
	}
	out := make(map[TopicID]Count, len(rows))
	for _, r := range rows {
		out[r.TopicID] = r
	}
	return out, nil
}

// CreateTopic adds a point below another, last among its siblings. Errors: Invalid (name), NotFound (parent).
func (s *Service) CreateTopic(ctx context.Context, v account.Viewer, parent TopicID, name string) (TopicID, error) {
	if err := v.Require(account.BankWrite); err != nil {
		return 0, err
	}
	name = strings.TrimSpace(name)
	if err := checkTopicName(name); err != nil {
		return 0, err
	}
	var id TopicID
	err := s.db.InTx(ctx, func(tx *db.Tx) (err error) {
		if id, err = s.createTopic(ctx, tx, v, parent, name); err != nil {
			return topicConflict(err)
		}
		return nil
	})
	return id, err
}

func (s *Service) createTopic(ctx context.Context, tx *db.Tx, v account.Viewer, parent TopicID, name string) (TopicID, error) {
	id, err := s.store.insertTopic(ctx, tx, parent, name)
	if err != nil {
		return 0, err
	}
	return id, record(ctx, tx, v, "bank.topic.create", "topic:"+id.String(), map[string]any{"parent": int64(parent), "name": name})
}

// TopicEdit is a point's name, the point above it, and its place among its siblings.
type TopicEdit struct {
	Name     string
	ParentID TopicID
	Position int
}

// EditTopic renames or moves a point, inside its area. Questions keep their tags. Errors: Invalid, NotFound, Conflict (an
// area itself, or a retired point).
func (s *Service) EditTopic(ctx context.Context, v account.Viewer, id TopicID, e TopicEdit) error {
	if err := v.Require(account.BankWrite); err != nil {
		return err
	}
	e.Name = strings.TrimSpace(e.Name)
	if err := checkTopicName(e.Name); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		tree, err := s.store.tree(ctx, tx)
		if err != nil {
			return err
		}
		if err := checkMove(tree, id, e.ParentID); err != nil {
			return err
		}
		if err := s.store.q.One(ctx, tx, "edit_topic", id, e.ParentID, e.Name, max(e.Position, 0)); err != nil {
			return topicConflict(err)
		}
		was, _ := tree.Topic(id)
		return record(ctx, tx, v, "bank.topic.edit", "topic:"+id.String(), map[string]any{
			"name": e.Name, "parent": int64(e.ParentID), "position": e.Position, "was_name": was.Name, "was_parent": int64(*was.ParentID),
		})
	})
}

// checkMove keeps the tree a tree and a point inside its area, whose number its questions' reports carry.
func checkMove(tree Tree, id, parent TopicID) error {
	at, ok := tree.Topic(id)
	if !ok {
		return errs.New(errs.NotFound, "error.not_found")
	}
	to, ok := tree.Topic(parent)
	if !ok || to.RetiredAt != nil || slices.Contains(tree.Below(id), parent) || to.Area != at.Area {
		return errs.InvalidFields(errs.NewField("parent_id", "error.bank.topic_parent"))
	}
	if at.Root() {
		return errs.New(errs.Conflict, "error.bank.topic_root")
	}
	return nil
}

// RetireTopic takes a point out of the lists. Errors: Conflict when questions or points still stand at it.
func (s *Service) RetireTopic(ctx context.Context, v account.Viewer, id TopicID) error {
	if err := v.Require(account.BankWrite); err != nil {
		return err
	}
	return s.db.InTx(ctx, func(tx *db.Tx) error {
		n, err := s.store.q.Exec(ctx, tx, "retire_topic", id, tx.Now())
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.Conflict, "error.bank.topic_in_use")
		}
		return record(ctx, tx, v, "bank.topic.retire", "topic:"+id.String(), map[string]any{})
	})
}

// topicConflict names a sibling of the same name.
func topicConflict(err error) error {
	if db.Violates(err, "knowledge_point_name") {
		return errs.InvalidFields(errs.NewField("name", "error.bank.topic_name")).With(err)
	}
	return err
}
