package bank

import (
	"context"
	"fmt"
	"io"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formats"
)

// ExportCheck is what a target cannot hold of the questions that a filter finds.
type ExportCheck struct {
	Questions int
	Whole     int // questions that are left out
	Part      int // questions that lose something
	Losses    []questionbank.Problem
}

// CheckExport lists, before anything is written, what the target would lose of each question of the filter. Invalid for more than leave at
// once.
func (s *Service) CheckExport(ctx context.Context, v account.Viewer, f Filter, t formats.Target) (ExportCheck, error) {
	rows, questions, err := s.exported(ctx, v, f)
	if err != nil {
		return ExportCheck{}, err
	}
	c := ExportCheck{Questions: len(questions)}
	c.Losses = formats.Losses(t, questions, func(i int) string {
		return fmt.Sprintf("题 %s“%s”", rows[i].QuestionID, formats.Beginning(questions[i]))
	})
	last := 0
	for _, l := range c.Losses {
		switch {
		case l.Severity == questionbank.Error:
			c.Whole++
		case l.Item != last:
			c.Part++
		}
		last = l.Item
	}
	return c, nil
}

// ExportTo writes the questions of the filter, with their keys and files, in the target's form, and records who took how many.
func (s *Service) ExportTo(ctx context.Context, v account.Viewer, f Filter, t formats.Target, w io.Writer) error {
	_, questions, err := s.exported(ctx, v, f)
	if err != nil {
		return err
	}
	var files map[string][]byte
	if t.Files {
		if files, err = s.filesOf(ctx, questions); err != nil {
			return err
		}
	}
	if err := s.db.InTx(ctx, func(tx *db.Tx) error {
		return record(ctx, tx, v, "bank.export", "bank", map[string]any{"questions": len(questions), "format": t.Name})
	}); err != nil {
		return err
	}
	return t.Encode(w, questions, files)
}

func (s *Service) exported(ctx context.Context, v account.Viewer, f Filter) (rows []Row, questions []questionbank.Question, err error) {
	if err := v.Require(account.BankRead); err != nil {
		return nil, nil, err
	}
	if rows, err = s.whole(ctx, f); err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		q := r.Question()
		q.Tags = r.Tags
		questions = append(questions, q)
	}
	return rows, questions, nil
}
