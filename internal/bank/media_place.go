package bank

import (
	"slices"

	"github.com/peikao/peikao/internal/platform/errs"
	"github.com/peikao/peikao/questionbank"
)

// MediaPlace is where in a question a file is shown. That of an option is "option_a" to "option_h".
type MediaPlace string

const (
	InStem        MediaPlace = "stem"
	InStimulus    MediaPlace = "stimulus"
	InExplanation MediaPlace = "explanation"
	inOption                 = "option_"
)

// InOption is the place of an option.
func InOption(id string) MediaPlace { return MediaPlace(inOption + id) }

// Placed is a file with its place.
type Placed struct {
	Place MediaPlace
	Media questionbank.Media
}

// PlacedMedia are a question's files in the order in which a page shows them, that of questionbank.Question.MediaAll.
func PlacedMedia(q questionbank.Question) (out []Placed) {
	add := func(place MediaPlace, list ...questionbank.Media) {
		for _, m := range list {
			out = append(out, Placed{place, m})
		}
	}
	if q.Stimulus != nil {
		add(InStimulus, q.Stimulus.Media...)
	}
	add(InStem, q.Media...)
	for _, o := range q.Options {
		if o.Media != (questionbank.Media{}) {
			add(InOption(o.ID), o.Media)
		}
	}
	add(InExplanation, q.ExplanationMedia...)
	return out
}

// MediaPlaces are the places of a question that take one file more.
func MediaPlaces(q questionbank.Question) (out []MediaPlace) {
	if len(q.Media) < questionbank.MaxMedia {
		out = append(out, InStem)
	}
	if q.Stimulus != nil && len(q.Stimulus.Media) < questionbank.MaxMedia {
		out = append(out, InStimulus)
	}
	for _, o := range q.Options {
		if o.Media == (questionbank.Media{}) {
			out = append(out, InOption(o.ID))
		}
	}
	if len(q.ExplanationMedia) < questionbank.MaxMedia {
		out = append(out, InExplanation)
	}
	return out
}

// putFile puts a file into a question. Errors: Invalid where there is no such place, or no room in it.
func putFile(q *questionbank.Question, at MediaPlace, m questionbank.Media) error {
	if !slices.Contains(MediaPlaces(*q), at) {
		return errs.InvalidFields(errs.NewField("file", "error.bank.media_many", "max", questionbank.MaxMedia))
	}
	switch at {
	case InStem:
		q.Media = append(slices.Clone(q.Media), m)
	case InExplanation:
		q.ExplanationMedia = append(slices.Clone(q.ExplanationMedia), m)
	case InStimulus:
		s := *q.Stimulus
		s.Media = append(slices.Clone(s.Media), m)
		q.Stimulus = &s
	default:
		q.Options = slices.Clone(q.Options)
		i := slices.IndexFunc(q.Options, func(o questionbank.Option) bool { return InOption(o.ID) == at })
		q.Options[i].Media = m
	}
	return nil
}

// takeFile takes the n-th of PlacedMedia, from 0, out of a question. Errors: NotFound for no such file; Invalid where an option would
// be left with nothing.
func takeFile(q *questionbank.Question, n int) error {
	all := PlacedMedia(*q)
	if n < 0 || n >= len(all) {
		return errs.New(errs.NotFound, "error.not_found")
	}
	at := all[n].Place
	first := slices.IndexFunc(all, func(p Placed) bool { return p.Place == at })
	without := func(list []questionbank.Media) []questionbank.Media {
		return slices.Delete(slices.Clone(list), n-first, n-first+1)
	}
	switch at {
	case InStem:
		q.Media = without(q.Media)
	case InExplanation:
		q.ExplanationMedia = without(q.ExplanationMedia)
	case InStimulus:
		s := *q.Stimulus
		s.Media = without(s.Media)
		q.Stimulus = &s
	default:
		q.Options = slices.Clone(q.Options)
		i := slices.IndexFunc(q.Options, func(o questionbank.Option) bool { return InOption(o.ID) == at })
		q.Options[i].Media = questionbank.Media{}
	}
	return nil
}
