package questionbank

// Option is one choice. Its ID ("a" to "h") belongs to the question and never changes with the order in which
// options are shown, so it is not the letter that an examinee sees.
type Option struct {
	ID    string `json:"id"`
	Text  string `json:"text"`
	Media Media  `json:"media,omitzero"`
}

// MultiplePolicy says what a right but incomplete answer to a multiple choice or labelling question earns.
type MultiplePolicy string

const (
	// PolicyDefault is PolicyPartial; it is what a question without a stated policy has.
	PolicyDefault MultiplePolicy = ""
	// PolicyPartial gives PartialPercent of the points to a non-empty proper subset of the key without a wrong choice.
	PolicyPartial MultiplePolicy = "partial"
	// PolicyPerOption gives each right choice its share and takes a share for each wrong one (see the package comment).
	PolicyPerOption MultiplePolicy = "per_option"
	// PolicyNone gives points to exactly the right set only.
	PolicyNone MultiplePolicy = "none"
)

// DefaultPartialPercent is what an incomplete answer earns where the question says nothing else: half the points.
const DefaultPartialPercent = 50

// MaxOptions is the number of option ids there are, "a" to "h".
const MaxOptions = 8

// Source is the law that a question rests on.
type Source struct {
	Law     string `json:"law,omitempty"`     // full name, 中华人民共和国广告法
	Article string `json:"article,omitempty"` // 第十六条, with 款 and 项 where they matter
	Edition string `json:"edition,omitempty"` // date of the text cited, 2021-04-29
	Status  string `json:"status,omitempty"`  // empty, or StatusUnverified
}

// StatusUnverified (待核) marks a source whose text was not at hand; such a question is not published.
const StatusUnverified = "待核"

// Question is one question with its key. The zero Difficulty is not valid: importers put DefaultDifficulty.
type Question struct {
	Type             Type           `json:"type"`
	Stimulus         *Stimulus      `json:"stimulus,omitempty"`
	Stem             string         `json:"stem"`
	Media            []Media        `json:"media,omitempty"` // shown below the stem
	Rows             []string       `json:"rows,omitempty"`  // matching: what an option is looked for
	Options          []Option       `json:"options,omitempty"`
	Key              Key            `json:"key"`
	MultiplePolicy   MultiplePolicy `json:"multiple_policy,omitempty"`
	PartialPercent   int            `json:"partial_percent,omitempty"` // of PolicyPartial and of a yellow reply; 0: DefaultPartialPercent
	Seconds          int            `json:"seconds,omitempty"`         // spoken: how long an answer may be; 0: DefaultSeconds
	RedLine          bool           `json:"red_line,omitempty"`        // 一票否决, see MissesRedLine
	Markdown         bool           `json:"markdown,omitempty"`        // stem, options, rows and explanation are Markdown, else plain text
	Explanation      string         `json:"explanation"`
	ExplanationMedia []Media        `json:"explanation_media,omitempty"`
	KnowledgePoints  []string       `json:"knowledge_points"`
	Difficulty       int            `json:"difficulty"` // 1 (easy) to 5 (hard)
	KeyQuestion      bool           `json:"key_question"`
	Source           Source         `json:"source,omitzero"`
	// Tags are words by which whoever keeps the question groups it. They say nothing to an examinee.
	Tags []string `json:"tags,omitempty"`
}

// How long a spoken answer may be, in seconds.
const (
	DefaultSeconds = 120
	MinSeconds     = 10
	MaxSeconds     = 600
)

// LongestSeconds is how long a spoken answer to q may be, in seconds.
func (q Question) LongestSeconds() int {
	if q.Seconds == 0 {
		return DefaultSeconds
	}
	return q.Seconds
}

// DefaultDifficulty is given by importers where a file does not state any: the middle.
const DefaultDifficulty = 3

// Option returns the option with the id, or false.
func (q Question) Option(id string) (Option, bool) {
	for _, o := range q.Options {
		if o.ID == id {
			return o, true
		}
	}
	return Option{}, false
}

// Shape is what a response to q may look like; it holds nothing of the key.
func (q Question) Shape() Shape {
	s := Shape{Type: q.Type}
	if q.Type.HasOptions() {
		for _, o := range q.Options {
			s.OptionIDs = append(s.OptionIDs, o.ID)
		}
	}
	switch q.Type {
	case Blank:
		s.Gaps = CountGaps(q.Stem)
	case Matching:
		s.Rows = len(q.Rows)
	case Labelling:
		s.OptionIDs = segmentIDs(q.Stem)
	}
	return s
}

// MediaAll is every file that the question names, in the order in which a page shows them.
func (q Question) MediaAll() []Media {
	var all []Media
	if q.Stimulus != nil {
		all = append(all, q.Stimulus.Media...)
	}
	all = append(all, q.Media...)
	for _, o := range q.Options {
		if o.Media != (Media{}) {
			all = append(all, o.Media)
		}
	}
	return append(all, q.ExplanationMedia...)
}
