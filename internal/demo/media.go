package demo

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// file is a made file with the name under which a trainer would upload it.
type file struct {
	name  string
	bytes []byte
}

// media are the files of each lesson, in the order of lessons.
type media [][]file

// makeMedia makes the courses' files with what the machine has, and says in the log what it lacks: no font means slides in
// English or none, no ffmpeg means a sound instead of a video.
func makeMedia(ctx context.Context, log *slog.Logger) (_ media, err error) {
	dir, err := os.MkdirTemp("", "peikao-demo-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	f := findFont()
	switch {
	case f.path == "":
		log.Warn("no font was found: the demo's courses have no slides", "wanted", chineseFonts[0], "package", "fonts-lxgw-wenkai")
	case !f.chinese:
		log.Warn("no Chinese font was found: the demo's slides are in English", "wanted", chineseFonts[0], "package", "fonts-lxgw-wenkai")
	}
	out := make(media, len(lessons))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.NumCPU())
	for i, l := range lessons {
		group.Go(func() (err error) {
			out[i], err = filesOf(ctx, log, l, f, dir)
			return err
		})
	}
	return out, group.Wait()
}

func filesOf(ctx context.Context, log *slog.Logger, l lesson, f font, dir string) (out []file, err error) {
	if f.path != "" {
		slides, err := slidesOf(l, f)
		if err != nil {
			return nil, err
		}
		out = append(out, file{l.title + " 课件.pdf", slides})
	}
	if l.area == 1 {
		picture, err := skinPicture()
		if err != nil {
			return nil, err
		}
		out = append(out, file{"皮肤三层结构示意图.png", picture})
	}
	video, err := videoOf(ctx, l, f, dir)
	if err != nil {
		log.Warn("no video could be made: the demo's lesson has a sound instead", "lesson", l.title, "error", err)
		return append(out, file{l.title + " 讲解.wav", soundOf(l)}), ctx.Err()
	}
	return append(out, file{l.title + " 讲解.webm", video}), nil
}
