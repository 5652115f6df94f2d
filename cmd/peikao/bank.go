package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/peikao/peikao/internal/app"
	"github.com/peikao/peikao/internal/bank"
	"github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/content"
	"github.com/peikao/peikao/questionbank/formats"
	"github.com/peikao/peikao/questionbank/lint"
)

type bankImportCommand struct {
	Files       []string `arg:"" name:"file" help:"Files of questions: .xlsx, .xls, .csv, .docx, .txt, .aiken, .gift, .xml (Moodle, QTI), .zip (QTI, own packages), .jsonl. All of them come in, or none." type:"existingfile"`
	DryRun      bool     `help:"Only say what would come in."`
	Publish     bool     `help:"Publish at once; else they come in as drafts. What is 待核 stays a draft. Refused where a second person must review." xor:"state"`
	Review      bool     `help:"Put them before the reviewers as one batch." xor:"state"`
	LeaveOut    bool     `name:"leave-out-refused" help:"Bring in the sound questions and leave out the refused ones, each named; else nothing comes in while a problem stands."`
	WithDoubles bool     `help:"Bring in also what the bank holds already; else it is left out with a warning."`
	LeaveNear   bool     `name:"leave-out-near" help:"Leave out what is nearly the same as another question of the bank or the file; a dry run names it always."`
	Leave       []string `name:"leave-out" sep:"none" placeholder:"PLACE,…" help:"Leave out these near questions, by their places as a dry run names them (near in its JSON)."`
	Take        []string `sep:"none" placeholder:"PLACE,…" help:"With --leave-out-near: bring these near questions in nevertheless."`
	Map         []string `sep:"none" placeholder:"NAME=POINT" help:"Give questions of an unknown knowledge point the point with this number or path (4/医疗广告); nothing before the sign is for questions that name none. Once for each name."`
	CreateBelow []string `sep:"none" placeholder:"NAME=POINT" help:"Make an unknown knowledge point below the one with this number or path; without either it is made where its path says, or below 1/未分类."`
	JSON        bool     `name:"json" help:"Answer as JSON."`
}

// unknownPoint tells a person of a knowledge point that the bank does not have.
func unknownPoint(p bank.PointFound) string {
	text := fmt.Sprintf("知识点“%s”（%d 道题）", p.Path, p.Questions)
	if p.Path == "" {
		text = fmt.Sprintf("没有写知识点的 %d 道题", p.Questions)
	}
	if p.Created {
		text += "将新建 " + p.Becomes
	} else {
		text += "归入 " + p.Becomes
	}
	if len(p.Like) > 0 {
		text += "；名字相近的有：" + strings.Join(p.Like, "、")
	}
	return text
}

func (c bankImportCommand) Run(e *environment) error {
	files, err := open(c.Files)
	if err != nil {
		return err
	}
	return e.ground(func(g *app.Ground) error {
		s, err := bank.New(e, g.DB)
		if err != nil {
			return err
		}
		s.KeepFiles(g.Files)
		if c.DryRun || c.LeaveNear || len(c.Leave) > 0 {
			if err := likenAll(e, s); err != nil {
				return err
			}
		}
		sum, err := s.ImportFiles(e, operator(), files, c.choice(), c.DryRun)
		if err != nil {
			return err
		}
		return c.report(e, sum)
	})
}

func (c bankImportCommand) choice() bank.Choice {
	return bank.Choice{Publish: c.Publish, Review: c.Review, WithDoubles: c.WithDoubles, SoundOnly: c.LeaveOut, LookNear: c.DryRun, LeaveNear: c.LeaveNear,
		Wishes: bank.Wishes{Map: c.Map, CreateBelow: c.CreateBelow, LeaveOut: c.Leave, Take: c.Take}}
}

// likenAll works out what the bank's questions are compared by. A server does that in the background; without one nothing of the bank
// would be near to anything.
func likenAll(e *environment, s *bank.Service) error {
	for {
		if more, err := s.Liken(e); err != nil || !more {
			return err
		}
	}
}

func (c bankImportCommand) report(e *environment, sum bank.Summary) error {
	if c.JSON {
		if err := json.NewEncoder(e.out).Encode(sum.Answer()); err != nil {
			return err
		}
	} else {
		printProblems(e.out, sum.Problems)
		for _, p := range sum.Unknown {
			fmt.Fprintln(e.out, unknownPoint(p))
		}
		fmt.Fprintf(e.out, "read %d, ready %d, imported %d, left out %d\n", sum.Read, sum.Ready, sum.Imported, len(sum.LeftOut))
	}
	if c.LeaveOut && !c.DryRun {
		return nil // what was refused was left out, as was asked for, and is named above
	}
	return verdict(sum.Problems)
}

// open reads the files into memory: the embedded database may be started in another directory.
func open(paths []string) ([]bank.File, error) {
	files := make([]bank.File, len(paths))
	for i, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		files[i] = bank.File{Name: filepath.Base(path), Data: bytes.NewReader(data)}
	}
	return files, nil
}

type bankConvertCommand struct {
	File string `arg:"" help:"File of questions." type:"existingfile"`
	To   string `help:"Form to write: json (one object per line), native (a package, whole), xlsx, moodle, gift, aiken or qti (3.0)." enum:"json,native,xlsx,moodle,gift,aiken,qti" default:"json"`
	Out  string `short:"o" help:"File to write; without it the answer goes to stdout." type:"path"`
}

// Run tells what the form cannot hold before it writes; it ends with 1 when questions are left out.
func (c bankConvertCommand) Run(e *environment) error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	d, err := formats.DecodeFiles(c.File, f)
	if err != nil {
		return err
	}
	questions := make([]questionbank.Question, len(d.Items))
	for i, it := range d.Items {
		questions[i] = it.Question
	}
	t := targetNamed(c.To)
	problems := append(d.Problems, formats.Losses(t, questions, func(i int) string { return d.Items[i].Place })...)
	printProblems(e.errOut, problems)
	if err := writeTo(e, c.Out, func(w io.Writer) error { return t.Encode(w, questions, d.Files) }); err != nil {
		return err
	}
	return verdict(problems)
}

// targetNamed takes the names of the commands' enum.
func targetNamed(name string) formats.Target {
	if name == "json" {
		name = "jsonl"
	}
	t, _ := formats.TargetNamed(name)
	return t
}

// writeTo writes a file, or stdout where path is empty. A file that could not be written whole is not left behind.
func writeTo(e *environment, path string, write func(io.Writer) error) error {
	if path == "" {
		return write(e.out)
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	if err := errors.Join(write(f), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

type bankExportCommand struct {
	To    string `help:"Form to write: native (a package, whole), json (one object per line), xlsx, moodle, gift, aiken or qti (3.0)." enum:"native,json,xlsx,moodle,gift,aiken,qti" default:"native"`
	Out   string `short:"o" help:"File to write; without it the answer goes to stdout." type:"path"`
	State string `help:"draft, in_review, published, retired or all; without it, all that are not retired." enum:",draft,in_review,published,retired,all" default:""`
	Check bool   `help:"Only say what the form cannot hold."`
}

// Run tells what the form cannot hold before it writes; it ends with 1 when questions are left out.
func (c bankExportCommand) Run(e *environment) error {
	return e.ground(func(g *app.Ground) error {
		s, err := bank.New(e, g.DB)
		if err != nil {
			return err
		}
		s.KeepFiles(g.Files)
		t, filter := targetNamed(c.To), bank.Filter{State: c.State, Sort: "id"}
		check, err := s.CheckExport(e, operator(), filter, t)
		if err != nil {
			return err
		}
		printProblems(e.errOut, check.Losses)
		fmt.Fprintf(e.errOut, "%d questions, %d left out, %d lose something\n", check.Questions, check.Whole, check.Part)
		if !c.Check {
			if err := writeTo(e, c.Out, func(w io.Writer) error { return s.ExportTo(e, operator(), filter, t, w) }); err != nil {
				return err
			}
		}
		return verdict(check.Losses)
	})
}

func decode(path string) ([]questionbank.Item, []questionbank.Problem, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	return formats.Decode(path, f)
}

type bankLintCommand struct {
	Path string `arg:"" name:"path" help:"File of questions, or a folder whose files of every known form are looked through." type:"path"`
	JSON bool   `name:"json" help:"Answer as JSON."`
}

// lintAnswer is what lint answers as JSON.
type lintAnswer struct {
	Read     int                `json:"read"`
	Problems []bank.ProblemLine `json:"problems"`
	Figures  []lint.Figure      `json:"figures"` // shares over the whole bank, each beside the most that it should be
}

func (c bankLintCommand) Run(e *environment) error {
	paths, err := questionFiles(c.Path)
	if err != nil {
		return err
	}
	items, problems, err := decodeAll(paths)
	if err != nil {
		return err
	}
	laws, err := lawsFor(c.Path)
	if err != nil {
		return err
	}
	problems = append(problems, lint.Run(items, laws)...)
	if c.JSON {
		if err := json.NewEncoder(e.out).Encode(lintAnswer{Read: len(items), Problems: bank.ProblemLines(problems), Figures: lint.Figures(items)}); err != nil {
			return err
		}
		return verdict(problems)
	}
	printProblems(e.out, problems)
	for _, f := range lint.Figures(items) {
		fmt.Fprintln(e.out, f)
	}
	fmt.Fprintf(e.out, "%d questions, %d remarks\n", len(items), len(problems))
	return verdict(problems)
}

// questionFiles are the path itself, or the files of a folder and below it whose names say that they hold questions.
func questionFiles(path string) (paths []string, err error) {
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		return []string{path}, err
	}
	err = filepath.WalkDir(path, func(at string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		holds, err := holdsQuestions(at)
		if holds {
			paths = append(paths, at)
		}
		return err
	})
	if err == nil && len(paths) == 0 {
		err = fmt.Errorf("%s: no file with questions (%s)", path, strings.Join(formats.Extensions, " "))
	}
	return paths, err
}

// holdsQuestions judges a file of a folder by its name; tables of laws and lists of points stand beside questions under endings that
// questions have too.
func holdsQuestions(path string) (bool, error) {
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".tsv":
		return false, nil
	case ".jsonl", ".ndjson", ".json":
		data, err := os.ReadFile(path)
		first, _, _ := bytes.Cut(data, []byte("\n"))
		return bytes.Contains(first, []byte(`"stem"`)), err
	default:
		return slices.Contains(formats.Extensions, ext), nil
	}
}

// decodeAll reads several files as one collection: a question of one may be a double of another's.
func decodeAll(paths []string) (items []questionbank.Item, problems []questionbank.Problem, err error) {
	for _, path := range paths {
		read, found, err := decode(path)
		if err != nil {
			return nil, nil, err
		}
		prefix := ""
		if len(paths) > 1 {
			prefix = filepath.Base(path) + " "
		}
		for _, it := range read {
			it.Place = prefix + it.Place
			items = append(items, it)
		}
		for _, p := range found {
			p.Place = prefix + p.Place
			problems = append(problems, p)
		}
	}
	return items, problems, nil
}

// lawsFor is the table of laws beside the questions, else the one that the program carries.
func lawsFor(path string) (*lint.Laws, error) {
	folder := path
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		folder = filepath.Dir(path)
	}
	f, err := os.Open(filepath.Join(folder, "laws.tsv"))
	if os.IsNotExist(err) {
		return content.Laws()
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return lint.ReadLaws(f)
}

func printProblems(w io.Writer, problems []questionbank.Problem) {
	for _, p := range problems {
		fmt.Fprintln(w, strings.TrimSpace(p.String()))
	}
}

// verdict ends the command with 1 when a problem keeps questions out; they have been printed.
func verdict(problems []questionbank.Problem) error {
	if questionbank.HasErrors(problems) {
		return errReported
	}
	return nil
}
