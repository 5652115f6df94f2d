package questionbank

import (
	"regexp"
	"slices"
	"strings"
)

// MediaKind says how a page shows a file.
type MediaKind string

const (
	Image MediaKind = "image"
	Audio MediaKind = "audio"
	Video MediaKind = "video"
)

// Media names one file. The zero Media is none.
type Media struct {
	Kind   MediaKind `json:"kind"`
	Object string    `json:"object"` // the storage's id of the file, or its path inside a package
	Alt    string    `json:"alt"`    // what it shows or says, for who cannot see or hear it
}

// Stimulus is what several questions ask about: a chat, a picture, a recording. Each of these questions carries the
// whole of it, so that a question stands on its own wherever it goes; equal IDs say that they belong together, and
// within one file or bank they are equal in all. A paper that takes several of them shows it once, before the first.
type Stimulus struct {
	ID    string  `json:"id"`
	Title string  `json:"title,omitempty"`
	Text  string  `json:"text,omitempty"` // Markdown
	Media []Media `json:"media,omitempty"`
}

// Equal reports whether both are one stimulus.
func (s *Stimulus) Equal(other *Stimulus) bool {
	return s == other || s != nil && other != nil &&
		s.ID == other.ID && s.Title == other.Title && s.Text == other.Text && slices.Equal(s.Media, other.Media)
}

// Limits of media and stimuli.
const (
	MaxMedia         = 8 // of one text
	MaxStimulusRunes = 10_000
)

// objectName: the letters of an id or a path; no scheme, no blanks.
var objectName = regexp.MustCompile(`^[\p{L}\p{N}_.\-/]{1,200}$`)

// IsObject reports whether name can be an object's id or path: no other host, no way out of a package.
func IsObject(name string) bool {
	return objectName.MatchString(name) && !strings.HasPrefix(name, "/") && !strings.Contains("/"+name+"/", "/../") && !strings.Contains(name, "//")
}
