package demo

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const (
	videoSeconds = 12
	// soundSeconds is a whole minute: where the video cannot be made, the length cannot be measured either, and the author
	// of a course types whole minutes.
	soundSeconds = 60
	sampleRate   = 8000
	videoTimeout = 60 * time.Second
)

// videoOf makes a short test video with ffmpeg: the lesson's title and its headings one after the other, and a tone for each.
// WebM plays in every browser without a licensed decoder.
func videoOf(ctx context.Context, l lesson, f font, dir string) ([]byte, error) {
	program, err := exec.LookPath("ffmpeg")
	if err != nil {
		return nil, err
	}
	picture, err := pictureFilter(l, f, dir)
	if err != nil {
		return nil, err
	}
	out := filepath.Join(dir, fmt.Sprintf("lesson%d.webm", l.area))
	ctx, cancel := context.WithTimeout(ctx, videoTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "-v", "error", "-nostdin", "-y",
		"-f", "lavfi", "-i", fmt.Sprintf("color=c=0x206bc4:s=640x360:r=10:d=%d", videoSeconds),
		"-f", "lavfi", "-i", fmt.Sprintf("sine=f=%d:b=4:r=48000:d=%d", 220+44*l.area, videoSeconds),
		"-vf", picture, "-af", "volume=0.15",
		"-c:v", "libvpx", "-deadline", "good", "-cpu-used", "5", "-b:v", "150k", "-g", "20", "-pix_fmt", "yuv420p",
		"-c:a", "libopus", "-b:a", "24k", "-threads", "1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", out)
	cmd.WaitDelay = 5 * time.Second
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("ffmpeg: %w: %.300s", err, complaint.String())
	}
	return os.ReadFile(out)
}

// pictureFilter is what ffmpeg draws: a bar at the foot, the title, and each heading in its part of the time. Texts go through
// files, so that nothing in them is read as a filter.
func pictureFilter(l lesson, f font, dir string) (string, error) {
	filters := []string{"drawbox=x=0:y=ih-12:w=iw:h=12:color=white@0.6:t=fill"}
	if f.path == "" {
		return filters[0], nil
	}
	text := func(name, s string, size, y int, when string) error {
		path := filepath.Join(dir, fmt.Sprintf("lesson%d-%s.txt", l.area, name))
		filters = append(filters, fmt.Sprintf("drawtext=fontfile=%s:textfile=%s:fontcolor=white:fontsize=%d:x=(w-text_w)/2:y=%d%s", f.path, path, size, y, when))
		return os.WriteFile(path, []byte(s), 0o600)
	}
	title, size := l.english, 20
	if f.chinese {
		title, size = l.title, 34
	}
	err := text("title", title, size, 110, "")
	part := videoSeconds / len(l.slides)
	for i, s := range l.slides {
		heading := s.english
		if f.chinese {
			heading = fmt.Sprintf("%d  %s", i+1, s.title)
		}
		when := fmt.Sprintf(":enable='between(t,%d,%d)'", i*part, (i+1)*part)
		err = errors.Join(err, text(fmt.Sprint(i), heading, 26, 210, when))
	}
	return strings.Join(filters, ","), err
}

// soundOf is what a lesson has instead of a video where ffmpeg is missing: a WAV of one minute of tones, 8 kHz, 8 bit.
func soundOf(l lesson) []byte {
	const n = soundSeconds * sampleRate
	var b bytes.Buffer
	b.WriteString("RIFF")
	for _, part := range []any{
		uint32(36 + n), []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1), uint32(sampleRate), uint32(sampleRate), uint16(1), uint16(8), []byte("data"), uint32(n),
	} {
		_ = binary.Write(&b, binary.LittleEndian, part) // a buffer takes everything
	}
	for i := range n {
		second := i / sampleRate
		pitch := float64(220+44*l.area) * math.Pow(2, float64(second%8)/12)
		b.WriteByte(byte(128 + 20*math.Sin(2*math.Pi*pitch*float64(i)/sampleRate)))
	}
	return b.Bytes()
}
