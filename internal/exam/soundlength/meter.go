// Package soundlength reads from the bytes of a recording how long it is: WebM, Ogg and MP4 as the recorders of browsers write them.
// The sound comes in parts that are cut anywhere, so a Meter takes part after part and can be stored between them. It reads
// times and never decodes sound; what it does not understand it calls unknown.
package soundlength

import "time"

const (
	// maxPending bounds what a Meter keeps of an element that a part cuts through: a reader asks for no longer one.
	maxPending = 32 << 10
	// longest is the length from which on times are taken for nonsense.
	longest = 24 * time.Hour
)

// Meter measures one file. The zero value knows nothing and stays so.
type Meter struct {
	Format  string `json:"format,omitempty"`  // a MIME type; "" when the length cannot be told any more
	Pending []byte `json:"pending,omitempty"` // of an element that is not whole yet
	Skip    int64  `json:"skip,omitempty"`    // bytes to come that say nothing
	WebM    webm   `json:"webm,omitzero"`
	Ogg     ogg    `json:"ogg,omitzero"`
	MP4     mp4    `json:"mp4,omitzero"`
}

// New is a meter for a file of a type; other types than audio/webm, audio/ogg and audio/mp4 stay unknown.
func New(contentType string) Meter {
	switch contentType {
	case "audio/webm", "audio/ogg", "audio/mp4":
		return Meter{Format: contentType}
	}
	return Meter{}
}

// reader takes the first element of data. n is how many bytes it used, 0 when the element is not whole; skip is how many bytes behind
// them say nothing. ok is false for what is none of the format.
type reader interface {
	read(data []byte) (n int, skip int64, ok bool)
	length() (time.Duration, bool)
}

func (m *Meter) reader() reader {
	switch m.Format {
	case "audio/webm":
		return &m.WebM
	case "audio/ogg":
		return &m.Ogg
	case "audio/mp4":
		return &m.MP4
	}
	return nil
}

// Write takes the next bytes of the file.
func (m *Meter) Write(part []byte) {
	r := m.reader()
	if r == nil {
		return
	}
	data := append(m.Pending[:len(m.Pending):len(m.Pending)], part...)
	for len(data) > 0 {
		if m.Skip > 0 {
			n := min(m.Skip, int64(len(data)))
			data, m.Skip = data[n:], m.Skip-n
			continue
		}
		n, skip, ok := r.read(data)
		if !ok || skip < 0 {
			*m = Meter{}
			return
		}
		if n == 0 {
			break
		}
		data, m.Skip = data[n:], skip
	}
	m.Pending = append([]byte(nil), data...)
}

// MS is how long the file is up to here, in milliseconds; ok is false where that cannot be told.
func (m *Meter) MS() (ms int64, ok bool) {
	r := m.reader()
	if r == nil {
		return 0, false
	}
	d, ok := r.length()
	if !ok || d < 0 || d > longest {
		return 0, false
	}
	return d.Milliseconds(), true
}

// scaled is units of a clock with perSecond as a duration; false for what is longer than longest.
func scaled(units, perSecond uint64) (time.Duration, bool) {
	if perSecond == 0 || units/perSecond > uint64(longest/time.Second) {
		return 0, false
	}
	whole, rest := units/perSecond, units%perSecond
	return time.Duration(whole)*time.Second + time.Duration(float64(rest)/float64(perSecond)*float64(time.Second)), true
}
