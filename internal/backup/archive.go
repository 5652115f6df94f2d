package backup

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"github.com/peikao/peikao/internal/platform/db"
)

const (
	logName  = "log"
	baseName = "base"
	walName  = "wal"

	// segmentSize is that of the embedded cluster's log files.
	segmentSize = 16 << 20
	slotPrefix  = "peikao_"
)

// ErrBroken means that the database has thrown away log that was not archived yet, or that the archive is not the one that
// the database was archived into: an unbroken line can only begin anew, with a new base.
var ErrBroken = errors.New("the line of the archive is broken")

// Archive copies the log ahead of the embedded database while it grows. PostgreSQL's own archive_command hands over whole
// segments only, so that a bound on the loss costs up to 16 MiB of writing each time; and while the command fails, the log
// grows until the disk is full and every exam stops. Here the bytes that are new are read from the segment's file, and a
// replication slot keeps what was not read yet, up to max_slot_wal_keep_size: past it PostgreSQL throws the log away and goes
// on, and the line begins anew once there is room.
//
// A line is named by the slot: a cluster that was restored, or an archive that was exchanged, has no line in common with it.
type Archive struct {
	DB  *db.DB
	DSN string
	Dir string // of all backups
	To  []age.Recipient

	whole atomic.Pointer[time.Time] // when all that was durable was archived
	mu    sync.Mutex
	line  *line
}

// line is where the archive stands.
type line struct {
	slot, folder string
	timeline     string // eight digits, as in the names of segments
	at           uint64 // archived up to here
	loose        []string
	whole        time.Time // everything until then is archived
}

// position is what the database says.
type position struct {
	flushed  uint64
	timeline string
	data     string // its directory
	segment  int64
}

func (a *Archive) position(ctx context.Context) (p position, err error) {
	err = a.DB.SQL().QueryRowContext(ctx, `
		SELECT (at - '0/0'::pg_lsn)::bigint, left(pg_walfile_name(at), 8), current_setting('data_directory'),
		       pg_size_bytes(current_setting('wal_segment_size'))
		FROM pg_current_wal_flush_lsn() at`).Scan(&p.flushed, &p.timeline, &p.data, &p.segment)
	if err == nil && p.segment != segmentSize {
		err = fmt.Errorf("the log's segments have %d bytes, not %d", p.segment, segmentSize)
	}
	return p, err
}

// Whole is the moment at which everything that was durable stood in the archive too; the zero time before the first.
func (a *Archive) Whole() time.Time {
	if whole := a.whole.Load(); whole != nil {
		return *whole
	}
	return time.Time{}
}

// Follow archives what the log has grown by. ErrBroken says that the line ended and another one was begun, which has no base yet.
func (a *Archive) Follow(ctx context.Context, now time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	p, err := a.position(ctx)
	if err != nil {
		return err
	}
	begins := a.line == nil
	broken := a.join(ctx, p, now)
	if a.line == nil {
		return broken
	}
	if begins {
		if err := recordKeys(a.Dir, a.To, now); err != nil {
			return errors.Join(broken, err)
		}
	}
	if err := a.copyUpTo(ctx, p, now); err != nil {
		return errors.Join(broken, err)
	}
	a.whole.Store(&now)
	return broken
}

// join finds the line that the slot names, or begins one.
func (a *Archive) join(ctx context.Context, p position, now time.Time) error {
	slots, err := a.slots(ctx)
	if err != nil {
		return err
	}
	if a.line == nil && len(slots) > 0 {
		if a.line, err = a.resume(slots[0], p); err != nil {
			return err
		}
	}
	if a.line != nil && a.line.stands(slots, p) {
		return a.drop(ctx, slots, a.line.slot)
	}
	var broken error
	if a.line != nil {
		broken = fmt.Errorf("%w: %s", ErrBroken, a.line.slot)
	}
	a.line = nil
	if err := a.drop(ctx, slots, ""); err != nil {
		return errors.Join(broken, err)
	}
	return errors.Join(broken, a.begin(ctx, p, now))
}

// stands tells whether the line can go on without a gap.
func (l *line) stands(slots []slot, p position) bool {
	return l.timeline == p.timeline && l.at <= p.flushed && isDir(filepath.Join(l.folder, walName)) &&
		slices.ContainsFunc(slots, func(s slot) bool { return s.name == l.slot && s.kept })
}

// slot is one of this program's replication slots.
type slot struct {
	name string
	from uint64
	kept bool // the log from there on is
}

func (a *Archive) slots(ctx context.Context) (found []slot, err error) {
	rows, err := a.DB.SQL().QueryContext(ctx, `
		SELECT slot_name, coalesce((restart_lsn - '0/0'::pg_lsn)::bigint, 0), coalesce(wal_status, 'lost') <> 'lost' AND restart_lsn IS NOT NULL
		FROM pg_replication_slots WHERE starts_with(slot_name, $1) ORDER BY slot_name DESC LIMIT 10`, slotPrefix)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var s slot
		if err := rows.Scan(&s.name, &s.from, &s.kept); err != nil {
			return nil, err
		}
		found = append(found, s)
	}
	return found, rows.Err()
}

// drop lets go of every slot but one.
func (a *Archive) drop(ctx context.Context, slots []slot, but string) error {
	for _, s := range slots {
		if s.name == but {
			continue
		}
		if _, err := a.DB.SQL().ExecContext(ctx, "SELECT pg_drop_replication_slot($1)", s.name); err != nil {
			return err
		}
	}
	return nil
}

// End lets the database throw away its log as if nobody archived it.
func (a *Archive) End(ctx context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.line = nil
	slots, err := a.slots(ctx)
	if err != nil {
		return err
	}
	return a.drop(ctx, slots, "")
}

func (a *Archive) folderOf(slotName string) string {
	stamp := strings.ReplaceAll(strings.TrimPrefix(slotName, slotPrefix), "_", "-")
	return filepath.Join(a.Dir, logName, strings.ToUpper(stamp))
}

// resume goes on where an earlier process stopped.
func (a *Archive) resume(s slot, p position) (*line, error) {
	l := &line{slot: s.name, folder: a.folderOf(s.name), timeline: p.timeline, at: segmentOf(s.from) * segmentSize}
	chunks, err := listChunks(l.folder)
	if err != nil {
		return nil, err
	}
	for _, c := range chunks {
		if c.timeline != l.timeline {
			l.timeline = "" // it was promoted: another line
			continue
		}
		l.at = max(l.at, c.to)
		if c.written.After(l.whole) {
			l.whole = c.written
		}
	}
	for _, c := range chunks {
		if segmentOf(c.from) == segmentOf(l.at) {
			l.loose = append(l.loose, c.path)
		}
	}
	return l, nil
}

// begin opens a line at the database's last checkpoint.
func (a *Archive) begin(ctx context.Context, p position, now time.Time) error {
	name := slotPrefix + strings.ToLower(now.UTC().Format(stampLayout))
	l := &line{slot: strings.ReplaceAll(name, "-", "_"), timeline: p.timeline}
	l.folder = a.folderOf(l.slot)
	if isDir(l.folder) {
		return fmt.Errorf("%w: %s is another one's", ErrBroken, l.folder)
	}
	if err := makeDir(filepath.Join(l.folder, walName)); err != nil {
		return err
	}
	if err := writeNote(a.Dir); err != nil {
		return err
	}
	var from uint64
	if err := a.DB.SQL().QueryRowContext(ctx, "SELECT (lsn - '0/0'::pg_lsn)::bigint FROM pg_create_physical_replication_slot($1, true)", l.slot).Scan(&from); err != nil {
		return err
	}
	l.at = segmentOf(from) * segmentSize
	a.line = l
	return nil
}

func (a *Archive) copyUpTo(ctx context.Context, p position, now time.Time) error {
	l := a.line
	for l.at < p.flushed {
		if err := ctx.Err(); err != nil {
			return err
		}
		begin := segmentOf(l.at) * segmentSize
		end := begin + segmentSize
		if end > p.flushed { // the segment grows yet: what is new stands in a file of its own
			path, err := a.chunk(p, chunk{from: l.at, to: p.flushed, written: now})
			if err != nil {
				return err
			}
			l.at, l.loose = p.flushed, append(l.loose, path)
			break
		}
		full := chunk{from: begin, to: end, written: now}
		if end < p.flushed {
			full.written = l.whole // what follows may not get here any more
		}
		if _, err := a.chunk(p, full); err != nil { // it is complete: one file in the place of many
			return err
		}
		for _, path := range l.loose {
			if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
		l.at, l.loose = end, nil
	}
	l.whole = now
	_, err := a.DB.SQL().ExecContext(ctx, `
		SELECT pg_replication_slot_advance(slot_name, $2::pg_lsn) FROM pg_replication_slots WHERE slot_name = $1 AND restart_lsn < $2::pg_lsn`,
		l.slot, lsn(segmentOf(l.at)*segmentSize))
	return err
}

// lsn is a position as PostgreSQL writes it.
func lsn(at uint64) string { return fmt.Sprintf("%X/%X", at>>32, uint32(at)) }

// chunk archives bytes of one segment.
func (a *Archive) chunk(p position, c chunk) (string, error) {
	segment, err := os.Open(filepath.Join(p.data, "pg_wal", segmentName(p.timeline, segmentOf(c.from))))
	if err != nil {
		return "", err
	}
	defer segment.Close()
	c.timeline = p.timeline
	path := filepath.Join(a.line.folder, walName, c.name())
	_, err = writeSealed(path, a.To, func(w io.Writer) error {
		return compressed(w, io.NewSectionReader(segment, int64(c.from%segmentSize), int64(c.to-c.from)), int64(c.to-c.from))
	})
	return path, err
}

// compressed writes exactly size bytes of r.
func compressed(w io.Writer, r io.Reader, size int64) error {
	z, err := newCompressor(w)
	if err != nil {
		return err
	}
	n, err := io.Copy(z, r)
	if err == nil && n != size {
		err = fmt.Errorf("%d bytes of %d", n, size)
	}
	return errors.Join(err, z.Close())
}

// newCompressor takes one processor at its least effort: the other one is the exams'.
func newCompressor(w io.Writer) (*zstd.Encoder, error) {
	return zstd.NewWriter(w, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
}

func segmentOf(at uint64) uint64 { return at / segmentSize }

// segmentName is PostgreSQL's.
func segmentName(timeline string, segment uint64) string {
	const perID = (1 << 32) / segmentSize
	return fmt.Sprintf("%s%08X%08X", timeline, segment/perID, segment%perID)
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// chunk is one file of archived log.
type chunk struct {
	timeline string
	from, to uint64
	written  time.Time // with it, everything until then is archived
	path     string
}

func (c chunk) name() string {
	return fmt.Sprintf("%s-%016X-%016X-%s%s", c.timeline, c.from, c.to, stampOf(c.written), sealedSuffix)
}

// stampOf is a moment to the millisecond, and sorts.
func stampOf(t time.Time) string { return t.UTC().Format(fineLayout) }

const fineLayout = "20060102T150405.000Z"

func parseChunk(path string) (c chunk, ok bool) {
	parts := strings.Split(strings.TrimSuffix(filepath.Base(path), sealedSuffix), "-")
	if len(parts) != 4 || len(parts[0]) != 8 {
		return c, false
	}
	c.timeline, c.path = parts[0], path
	var err error
	if c.from, err = strconv.ParseUint(parts[1], 16, 63); err != nil {
		return c, false
	}
	if c.to, err = strconv.ParseUint(parts[2], 16, 63); err != nil || c.to <= c.from || segmentOf(c.from) != segmentOf(c.to-1) {
		return c, false
	}
	c.written, err = time.Parse(fineLayout, parts[3])
	return c, err == nil
}

// listChunks lists the archived log of a line in its order, the longer of two that begin together first.
func listChunks(folder string) ([]chunk, error) {
	entries, err := os.ReadDir(filepath.Join(folder, walName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	chunks := make([]chunk, 0, len(entries))
	for _, e := range entries {
		if c, ok := parseChunk(filepath.Join(folder, walName, e.Name())); ok {
			chunks = append(chunks, c)
		}
	}
	slices.SortFunc(chunks, func(x, y chunk) int { return cmp.Or(cmp.Compare(x.from, y.from), cmp.Compare(y.to, x.to)) })
	return chunks, nil
}
