package bank

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/db"
	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/formats"
)

// maxFileName is in characters.
const maxFileName = 300

// File is a file to read questions from. Its name's ending tells the format.
type File struct {
	Name string
	Data io.Reader
}

// ReadFile reads a file of any format that the product knows, and keeps the files that come with its questions. What is
// wrong in it is in the import's problems; the error is the reader's own, the store's, or TooLarge.
func (s *Service) ReadFile(ctx context.Context, f File) (Import, error) {
	data, err := questionbank.ReadAll(f.Data)
	if errors.Is(err, questionbank.ErrTooLarge) {
		return Import{}, errs.New(errs.TooLarge, "error.too_large", "limit", "32 MB").With(err)
	}
	if err != nil {
		return Import{}, err
	}
	d, err := formats.DecodeFiles(f.Name, bytes.NewReader(data))
	if err == nil {
		d, err = s.keepMedia(ctx, d)
	}
	if err != nil {
		return Import{}, err
	}
	sum := sha256.Sum256(data)
	name := []rune(f.Name)
	return newImport(string(name[max(0, len(name)-maxFileName):]), sum[:], d.Items, d.Problems), nil
}

// PreviewImport reads a file and keeps what it found for seven days. Nothing enters the bank.
func (s *Service) PreviewImport(ctx context.Context, v account.Viewer, f File) (ImportID, error) {
	if err := v.Require(account.BankImport); err != nil {
		return 0, err
	}
	im, err := s.ReadFile(ctx, f)
	if err != nil {
		return 0, err
	}
	if im.Near.V, err = s.nearOf(ctx, s.db, im.Items.V); err != nil {
		return 0, err
	}
	var id ImportID
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		id, err = s.insertImport(ctx, tx, v, im)
		return err
	})
	return id, err
}

func (s *Service) insertImport(ctx context.Context, tx *db.Tx, v account.Viewer, im Import) (id ImportID, err error) {
	var items any
	if im.State == ImportPreviewed {
		items = db.JSONOf(im.Items.V)
	}
	im.Problems.V = append([]questionbank.Problem{}, im.Problems.V[:min(len(im.Problems.V), maxKeptProblems)]...)
	err = s.store.q.Get(ctx, tx, &id, "insert_import", v.Actor(), tx.Now(), im.FileName, im.SHA256, im.Read, im.ItemCount, im.ErrorCount, im.WarningCount,
		im.Problems, items, im.State, im.AppliedAt, im.ImportedCount, leftOutOf(im), nearIn(im))
	return id, err
}

// nearIn is NULL once there is nothing to decide any more.
func nearIn(im Import) any {
	if im.State != ImportPreviewed {
		return nil
	}
	return im.Near
}

// leftOutOf is NULL for a preview: nothing has been left out yet.
func leftOutOf(im Import) any {
	if im.State == ImportPreviewed {
		return nil
	}
	return im.LeftOut
}

// Import is a preview measured against the bank as it is now. Only whoever read the file sees it; else NotFound.
func (s *Service) Import(ctx context.Context, v account.Viewer, id ImportID) (Preview, error) {
	if err := v.Require(account.BankImport); err != nil {
		return Preview{}, err
	}
	return s.preview(ctx, s.db, v, id)
}

// Imports are the newest imports that the viewer applied, without their questions.
func (s *Service) Imports(ctx context.Context, v account.Viewer) ([]Import, error) {
	if err := v.Require(account.BankImport); err != nil {
		return nil, err
	}
	var out []Import
	err := s.store.q.Select(ctx, s.db, &out, "imports_of", v.Actor())
	return out, err
}

func (s *Service) preview(ctx context.Context, x db.Q, v account.Viewer, id ImportID) (Preview, error) {
	var im Import
	if err := s.store.q.Get(ctx, x, &im, "import", id, v.Actor()); err != nil {
		return Preview{}, err
	}
	return s.measure(ctx, x, im)
}

func (s *Service) measure(ctx context.Context, x db.Q, im Import) (Preview, error) {
	tree, err := s.store.tree(ctx, x)
	if err != nil {
		return Preview{}, err
	}
	prints := printsOf(im.Items.V)
	known, err := s.store.doubles(ctx, x, prints)
	if err != nil {
		return Preview{}, err
	}
	p := newPreview(im, prints, tree, known)
	p.NearShown, err = s.nearShown(ctx, x, im.Near.V)
	return p, err
}

// ApplyImport brings a preview into the bank: all its questions or none, or by choice all that are sound. It returns how many came
// in. Errors: Conflict (the file has errors, or was applied before; it would be published and must be reviewed), Invalid (a point
// mapped to one that does not exist), Forbidden (to publish).
func (s *Service) ApplyImport(ctx context.Context, v account.Viewer, id ImportID, c Choice) (int, error) {
	if err := s.requireImport(ctx, v, c); err != nil {
		return 0, err
	}
	n := 0
	err := s.db.InTx(ctx, func(tx *db.Tx) error {
		var locked ImportID
		if err := s.store.q.Get(ctx, tx, &locked, "lock_import", id, v.Actor()); err != nil {
			return err
		}
		p, err := s.preview(ctx, tx, v, id)
		if err != nil {
			return err
		}
		if p.State != ImportPreviewed {
			return errs.New(errs.Conflict, "error.bank.import_applied")
		}
		rows, err := s.rowsToBring(ctx, tx, v, p, c)
		if err != nil {
			return err
		}
		n = len(rows)
		p.LeftOut.V = leftOut(p, c)
		if err := s.store.q.One(ctx, tx, "apply_import", id, tx.Now(), n, p.LeftOut); err != nil {
			return err
		}
		return s.bringIn(ctx, tx, v, id, p.Import, c, rows)
	})
	return n, err
}

// requireImport tells whether the viewer may import so: to publish at once is to publish, and nobody does so with what they bring
// themselves where a second person must review.
func (s *Service) requireImport(ctx context.Context, v account.Viewer, c Choice) error {
	if err := v.Require(account.BankImport); err != nil || !c.Publish {
		return err
	}
	if err := v.Require(account.BankPublish); err != nil {
		return err
	}
	p, err := s.ReviewPolicy(ctx)
	if err == nil && p.SecondPerson {
		err = errs.New(errs.Conflict, "error.bank.review_required")
	}
	return err
}

// rowsToBring makes the points that are missing and tells what to insert.
func (s *Service) rowsToBring(ctx context.Context, tx *db.Tx, v account.Viewer, p Preview, c Choice) ([]newVersion, error) {
	if err := p.blocked(c); err != nil {
		return nil, err
	}
	tree, err := s.store.tree(ctx, tx)
	if err != nil {
		return nil, err
	}
	points, err := s.makePoints(ctx, tx, v, tree, p.unknownComing(tree, c), c)
	if err != nil {
		return nil, err
	}
	return importRows(tree, points, p, c), nil
}

// bringIn inserts the questions of an import that is stored, and records it.
func (s *Service) bringIn(ctx context.Context, tx *db.Tx, v account.Viewer, id ImportID, im Import, c Choice, rows []newVersion) error {
	if len(rows) > insertBatch {
		if _, err := s.store.q.Exec(ctx, tx, "import_memory"); err != nil {
			return err
		}
	}
	ids, err := s.store.insertQuestions(ctx, tx, v.Actor(), len(rows))
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i].question, rows[i].imported = ids[i], &id
	}
	if err := s.store.insertVersions(ctx, tx, v.Actor(), rows); err != nil {
		return err
	}
	if err := s.tagRows(ctx, tx, rows); err != nil {
		return err
	}
	return record(ctx, tx, v, "bank.import", "bank_import:"+id.String(), map[string]any{
		"file": im.FileName, "sha256": hex.EncodeToString(im.SHA256), "read": im.Read, "imported": len(rows), "left_out": len(im.LeftOut.V),
		"publish": c.Publish, "review": c.Review, "with_doubles": c.WithDoubles, "sound_only": c.SoundOnly,
	})
}

// tagRows gives new questions the tags that came with them.
func (s *Service) tagRows(ctx context.Context, tx *db.Tx, rows []newVersion) error {
	tags := map[QuestionID][]string{}
	for _, r := range rows {
		names, err := tagNames(r.draft.Question.Tags)
		if err != nil {
			return err
		}
		if len(names) > 0 {
			tags[r.question] = names
		}
	}
	if len(tags) == 0 {
		return nil
	}
	return s.store.setTags(ctx, tx, tags)
}

func importRows(tree Tree, points map[string]TopicID, p Preview, c Choice) []newVersion {
	left := p.leaves(c)
	rows := make([]newVersion, 0, len(p.Items.V))
	for i, it := range p.Items.V {
		if !left[it.Number] {
			rows = append(rows, newVersion{number: 1, current: true, state: stateOf(it.Question, c), draft: draftOf(tree, points, it.Question), print: p.prints[i]})
		}
	}
	return rows
}

// makePoints creates the unknown points, or maps them, as was chosen. The tree learns the new ones.
func (s *Service) makePoints(ctx context.Context, tx *db.Tx, v account.Viewer, tree Tree, unknown []UnknownPoint, c Choice) (map[string]TopicID, error) {
	points := map[string]TopicID{}
	for _, u := range unknown {
		at, names, err := newPoint(tree, u.Path, c.Points[u.Path])
		if err != nil {
			return nil, err
		}
		if points[u.Path], err = s.descend(ctx, tx, v, tree, at, names); err != nil {
			return nil, topicConflict(err)
		}
	}
	return points, nil
}

// descend goes down the names from a topic and creates what is missing on the way.
func (s *Service) descend(ctx context.Context, tx *db.Tx, v account.Viewer, tree Tree, at TopicID, names []string) (TopicID, error) {
	for _, name := range names {
		next, ok := tree.Child(at, name)
		if !ok {
			if err := checkTopicName(name); err != nil {
				return 0, err
			}
			var err error
			if next, err = s.createTopic(ctx, tx, v, at, name); err != nil {
				return 0, err
			}
			tree.add(next, at, name)
		}
		at = next
	}
	return at, nil
}

// Summary is what an import from the command line or the API answers.
type Summary struct {
	Read     int
	Ready    int // could be imported: read, without error, not in the bank yet
	Imported int
	LeftOut  []LeftOut // what an import left out by choice; of several files with the file's name before the place
	Problems []questionbank.Problem
	Near     []NearFound  // of a dry run: all that is near to another question
	Unknown  []PointFound // of a dry run: the points that the tree does not have
}

// ImportFiles reads files and brings all their questions in, or none when one of them holds an error, unless c says to leave such
// questions out; a dry run brings in nothing. What the bank holds already is left out with a warning. Unknown points are created
// as Choice says. Errors: as of ApplyImport; Invalid (a wish that fits nothing in the files, with what would fit).
func (s *Service) ImportFiles(ctx context.Context, v account.Viewer, files []File, c Choice, dryRun bool) (Summary, error) {
	if err := s.requireImport(ctx, v, c); err != nil {
		return Summary{}, err
	}
	imports, err := s.readFiles(ctx, files)
	if err != nil || len(imports) == 0 {
		return Summary{}, err
	}
	var sum Summary
	err = s.db.InTx(ctx, func(tx *db.Tx) error {
		sum = Summary{}
		chosen, err := s.measureAll(ctx, tx, imports, c, &sum)
		if err != nil || dryRun || questionbank.HasErrors(sum.Problems) && !c.SoundOnly {
			return err
		}
		for _, p := range chosen {
			im, err := s.bringInNow(ctx, tx, v, p)
			if err != nil {
				return err
			}
			sum.add(im, len(chosen) > 1)
		}
		return nil
	})
	return sum, err
}

// add counts what came in of one file.
func (s *Summary) add(im Import, named bool) {
	s.Imported += *im.ImportedCount
	for _, left := range im.LeftOut.V {
		if named {
			left.Place = im.FileName + " " + left.Place
		}
		s.LeftOut = append(s.LeftOut, left)
	}
}

func (s *Service) readFiles(ctx context.Context, files []File) ([]Import, error) {
	imports := make([]Import, len(files))
	for i, f := range files {
		var err error
		if imports[i], err = s.ReadFile(ctx, f); err != nil {
			return nil, err
		}
	}
	return imports, nil
}

// chosenPreview is a file of an import with what was chosen for it.
type chosenPreview struct {
	Preview
	choice Choice
}

func (s *Service) measureAll(ctx context.Context, x db.Q, imports []Import, c Choice, sum *Summary) ([]chosenPreview, error) {
	previews, err := s.previewAll(ctx, x, imports, c)
	if err != nil {
		return nil, err
	}
	tree, named := previews[0].tree, len(previews) > 1
	choices, err := c.understood(tree, previews)
	if err != nil {
		return nil, err
	}
	chosen, earlier := make([]chosenPreview, len(previews)), map[string]string{}
	for i, p := range previews {
		p.again(earlier, choices[i])
		chosen[i] = chosenPreview{p, choices[i]}
		sum.count(p, choices[i], named)
		if c.LookNear {
			sum.find(p, choices[i], named)
		}
	}
	return chosen, sum.settle(tree, choices[0].Points)
}

func (s *Service) previewAll(ctx context.Context, x db.Q, imports []Import, c Choice) (previews []Preview, err error) {
	previews = make([]Preview, len(imports))
	for i, im := range imports {
		if c.looksNear() {
			if im.Near.V, err = s.nearOf(ctx, x, im.Items.V); err != nil {
				return nil, err
			}
		}
		if previews[i], err = s.measure(ctx, x, im); err != nil {
			return nil, err
		}
	}
	return previews, nil
}

// count adds what was read of a file and everything that is to be said of it.
func (s *Summary) count(p Preview, c Choice, named bool) {
	found := p.Problems.V
	for _, n := range p.Near.V {
		found = append(found, nearWarning(n))
	}
	s.Read += p.Read
	s.Ready += p.ItemCount - len(p.leaves(c))
	if !c.WithDoubles {
		for _, d := range p.Doubles {
			found = append(found, doubleWarning(d))
		}
	}
	for _, problem := range found {
		problem.Place = p.placed(problem.Place, named)
		s.Problems = append(s.Problems, problem)
	}
}

// bringInNow applies a preview that was not stored before.
func (s *Service) bringInNow(ctx context.Context, tx *db.Tx, v account.Viewer, p chosenPreview) (Import, error) {
	// The file before may have created points that this one names too.
	fresh, err := s.measure(ctx, tx, p.Import)
	if err != nil {
		return Import{}, err
	}
	fresh.Doubles = p.Doubles
	rows, err := s.rowsToBring(ctx, tx, v, fresh, p.choice)
	if err != nil {
		return Import{}, err
	}
	now, n := tx.Now(), len(rows)
	im := p.Import
	im.State, im.AppliedAt, im.ImportedCount, im.LeftOut.V = ImportApplied, &now, &n, leftOut(fresh, p.choice)
	id, err := s.insertImport(ctx, tx, v, im)
	if err != nil {
		return Import{}, err
	}
	return im, s.bringIn(ctx, tx, v, id, im, p.choice, rows)
}

// Tidy removes previews that nobody applied within seven days.
func (s *Service) Tidy(ctx context.Context) error {
	_, err := s.store.q.Exec(ctx, s.db, "tidy_imports", s.db.Now().Add(-importKept))
	return err
}

// Errors counts the problems that keep questions out.
func (s Summary) Errors() (n int) {
	for _, p := range s.Problems {
		if p.Severity == questionbank.Error {
			n++
		}
	}
	return n
}
