package qti

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	qb "github.com/peikao/peikao/questionbank"
	"github.com/peikao/peikao/questionbank/draft"
	"github.com/peikao/peikao/questionbank/markup"
)

// written are the parts of an item that depend on its type.
type written struct{ declarations, body, processing string }

const (
	matchCorrect = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"
	mapResponse  = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/map_response.xml"
)

func template(url string) string { return fmt.Sprintf("<qti-response-processing template=%q/>\n", url) }

// declare declares a response with its right values and, where it has one, its mapping.
func declare(id, cardinality, baseType string, correct []string, mapping string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<qti-response-declaration identifier=%q cardinality=%q base-type=%q>", id, cardinality, baseType)
	if len(correct) > 0 {
		b.WriteString("<qti-correct-response>")
		for _, c := range correct {
			fmt.Fprintf(&b, "<qti-value>%s</qti-value>", markup.Escape(c))
		}
		b.WriteString("</qti-correct-response>")
	}
	b.WriteString(mapping + "</qti-response-declaration>\n")
	return b.String()
}

func (p *packer) interaction(q qb.Question) written {
	stem := paragraphs(q.Stem) + p.shown(q.Media)
	switch q.Type {
	case qb.TrueFalse:
		q.Options = []qb.Option{{ID: "true", Text: "正确"}, {ID: "false", Text: "错误"}}
		return p.choice(q, stem)
	case qb.Blank:
		return p.gaps(q)
	case qb.Matching:
		return p.match(q, stem)
	case qb.Ordering:
		return written{declare("RESPONSE", "ordered", "identifier", q.Key.Choices, ""),
			stem + `<qti-order-interaction response-identifier="RESPONSE" shuffle="true">` + p.choices(q, "qti-simple-choice", "") + "</qti-order-interaction>", template(matchCorrect)}
	case qb.Labelling:
		return p.hotText(q)
	case qb.Short, qb.Essay:
		return open(q, stem)
	}
	return p.choice(q, stem)
}

// choice: what each answer earns is a mapping; a question that is all or nothing is matched with the right answer.
func (p *packer) choice(q qb.Question, stem string) written {
	cardinality, most := "single", 1
	if q.Type == qb.Multiple {
		cardinality, most = "multiple", 0
	}
	mapping, processing := "", template(matchCorrect)
	if q.Type == qb.Judgement || q.Type == qb.Multiple && q.MultiplePolicy != qb.PolicyNone {
		mapping, processing = mapped(q), template(mapResponse)
	}
	body := fmt.Sprintf("%s<qti-choice-interaction response-identifier=\"RESPONSE\" shuffle=\"%v\" max-choices=\"%d\">%s</qti-choice-interaction>",
		stem, q.Type != qb.TrueFalse, most, p.choices(q, "qti-simple-choice", ""))
	return written{declare("RESPONSE", cardinality, "identifier", q.Key.Choices, mapping), body, processing}
}

func mapped(q qb.Question) string {
	var b strings.Builder
	b.WriteString(`<qti-mapping lower-bound="0" default-value="0">`)
	for i, o := range q.Options {
		if part := draft.Weight(q, i); part.Of != 0 {
			fmt.Fprintf(&b, `<qti-map-entry map-key="%s" mapped-value="%.6g"/>`, o.ID, float64(part.N)/float64(part.Of))
		}
	}
	return b.String() + "</qti-mapping>"
}

func (p *packer) choices(q qb.Question, element, attrs string) string {
	var b strings.Builder
	for _, o := range q.Options {
		var media []qb.Media
		if o.Media != (qb.Media{}) {
			media = []qb.Media{o.Media}
		}
		fmt.Fprintf(&b, `<%s identifier="%s"%s>%s%s`, element, o.ID, attrs, paragraphs(o.Text), p.shown(media))
		if reason := draft.Reason(q, o.ID); reason != "" {
			fmt.Fprintf(&b, `<qti-feedback-block outcome-identifier="FEEDBACK" identifier="%s" show-hide="show"><qti-content-body>%s</qti-content-body></qti-feedback-block>`, o.ID, paragraphs(reason))
		}
		fmt.Fprintf(&b, "</%s>", element)
	}
	return b.String()
}

var gapRun = regexp.MustCompile(`_{4,}`)

// gaps: each is a response of its own, and earns its share when it is right.
func (p *packer) gaps(q qb.Question) written {
	var declarations, processing strings.Builder
	for i, gap := range q.Key.Gaps {
		id := fmt.Sprintf("RESPONSE%d", i+1)
		test := ""
		if n, ok := onlyNumber(gap); ok {
			value, tolerance := draft.Decimal(n.Value), draft.Decimal(n.Tolerance)
			declarations.WriteString(declare(id, "single", "float", []string{value}, ""))
			test = fmt.Sprintf(`<qti-equal tolerance-mode="absolute" tolerance="%s %s"><qti-variable identifier="%s"/><qti-correct identifier="%s"/></qti-equal>`, tolerance, tolerance, id, id)
		} else {
			declarations.WriteString(declare(id, "single", "string", textsOf(gap)[:1], mapping(textsOf(gap))))
			test = fmt.Sprintf(`<qti-gt><qti-map-response identifier="%s"/><qti-base-value base-type="float">0</qti-base-value></qti-gt>`, id)
		}
		fmt.Fprintf(&processing, `<qti-response-condition><qti-response-if>%s<qti-set-outcome-value identifier="SCORE"><qti-sum><qti-variable identifier="SCORE"/><qti-base-value base-type="float">%.6g</qti-base-value></qti-sum></qti-set-outcome-value></qti-response-if></qti-response-condition>`,
			test, 1/float64(len(q.Key.Gaps)))
	}
	i := 0
	stem := markup.ToXHTML(q.Stem, func(escaped string) string {
		return gapRun.ReplaceAllStringFunc(escaped, func(string) string {
			i++
			return fmt.Sprintf(`<qti-text-entry-interaction response-identifier="RESPONSE%d"/>`, i)
		})
	})
	return written{declarations.String(), stem + p.shown(q.Media), "<qti-response-processing>" + processing.String() + "</qti-response-processing>\n"}
}

// onlyNumber is the gap's one number; other gaps are texts.
func onlyNumber(gap []string) (qb.Number, bool) {
	if len(gap) != 1 {
		return qb.Number{}, false
	}
	return qb.ParseNumber(gap[0])
}

// textsOf are the accepted texts; a number among them is written as its value.
func textsOf(gap []string) []string {
	texts := make([]string, len(gap))
	for i, text := range gap {
		if n, ok := qb.ParseNumber(text); ok {
			text = draft.Decimal(n.Value)
		}
		texts[i] = text
	}
	return texts
}

func mapping(texts []string) string {
	var b strings.Builder
	b.WriteString(`<qti-mapping default-value="0">`)
	for _, text := range texts {
		fmt.Fprintf(&b, `<qti-map-entry map-key="%s" mapped-value="1" case-sensitive="false"/>`, markup.Escape(text))
	}
	return b.String() + "</qti-mapping>"
}

// match: rows r1, r2 … with one option each; an option may serve several rows.
func (p *packer) match(q qb.Question, stem string) written {
	var pairs []string
	var rows, entries strings.Builder
	for i, row := range q.Rows {
		pair := fmt.Sprintf("r%d %s", i+1, q.Key.Choices[i])
		pairs = append(pairs, pair)
		fmt.Fprintf(&rows, `<qti-simple-associable-choice identifier="r%d" match-max="1">%s</qti-simple-associable-choice>`, i+1, paragraphs(row))
		fmt.Fprintf(&entries, `<qti-map-entry map-key="%s" mapped-value="%.6g"/>`, pair, 1/float64(len(q.Rows)))
	}
	options := p.choices(q, "qti-simple-associable-choice", fmt.Sprintf(` match-max="%d"`, len(q.Rows)))
	body := fmt.Sprintf(`%s<qti-match-interaction response-identifier="RESPONSE" shuffle="true" max-associations="%d"><qti-simple-match-set>%s</qti-simple-match-set><qti-simple-match-set>%s</qti-simple-match-set></qti-match-interaction>`,
		stem, len(q.Rows), rows.String(), options)
	return written{declare("RESPONSE", "multiple", "directedPair", pairs, `<qti-mapping default-value="0">`+entries.String()+`</qti-mapping>`), body, template(mapResponse)}
}

var segment = regexp.MustCompile(`\[\[([^\[\]]+)\]\]`)

// hotText: the stem itself is what is worked on.
func (p *packer) hotText(q qb.Question) written {
	n := 0
	stem := markup.ToXHTML(q.Stem, func(escaped string) string {
		return segment.ReplaceAllStringFunc(escaped, func(s string) string {
			n++
			return fmt.Sprintf(`<qti-hottext identifier="s%d">%s</qti-hottext>`, n, s[2:len(s)-2])
		})
	})
	ids := make([]string, len(q.Key.Choices))
	for i, c := range q.Key.Choices {
		ids[i] = "s" + c
	}
	mapping, processing := "", template(matchCorrect)
	if q.MultiplePolicy != qb.PolicyNone {
		processing = template(mapResponse)
		var b strings.Builder
		b.WriteString(`<qti-mapping lower-bound="0" default-value="` + fmt.Sprintf("%.6g", wrongSegment(q, n)) + `">`)
		for _, id := range ids {
			fmt.Fprintf(&b, `<qti-map-entry map-key="%s" mapped-value="%.6g"/>`, id, 1/float64(len(ids)))
		}
		mapping = b.String() + "</qti-mapping>"
	}
	body := `<qti-hottext-interaction response-identifier="RESPONSE" max-choices="0">` + stem + `</qti-hottext-interaction>` + p.shown(q.Media)
	return written{declare("RESPONSE", "multiple", "identifier", ids, mapping), body, processing}
}

// wrongSegment is what a wrong one costs: its share, or everything where any wrong one does.
func wrongSegment(q qb.Question, segments int) float64 {
	if wrong := segments - len(q.Key.Choices); q.MultiplePolicy == qb.PolicyPerOption && wrong > 0 {
		return -1 / float64(wrong)
	}
	return -1
}

// open: the model answer is the right response, and the rubric a block for scorers.
func open(q qb.Question, stem string) written {
	var b strings.Builder
	for _, line := range qb.RubricLines(q.Key.Rubric) {
		fmt.Fprintf(&b, "<li>%s</li>", markup.Escape(strings.TrimPrefix(line, "- ")))
	}
	body := stem + `<qti-extended-text-interaction response-identifier="RESPONSE"/>` +
		`<qti-rubric-block use="scoring" view="scorer"><qti-content-body><ul>` + b.String() + `</ul></qti-content-body></qti-rubric-block>`
	return written{declare("RESPONSE", "single", "string", []string{q.Key.Model}, ""), body, ""}
}

// Losses says what a package of QTI 3.0 cannot hold of the question. What it says nothing of is read back as it was.
func Losses(q qb.Question) []qb.Loss {
	var l draft.Losses
	switch q.Type {
	case qb.Spoken:
		l.Whole("QTI 没有" + q.Type.Name() + "，整题不写出")
		return l
	case qb.Multiple, qb.Labelling:
		if q.MultiplePolicy == qb.PolicyDefault || q.MultiplePolicy == qb.PolicyPartial {
			l.Add(qb.FieldPolicy, "QTI 按每个选项的分值计分，“少选得部分分”只留在关键词里")
		}
	case qb.Blank:
		gapLosses(&l, q)
	}
	if q.Type == qb.Labelling && slices.ContainsFunc(qb.Segments(q.Stem), func(s qb.Option) bool { return strings.Join(strings.Fields(s.Text), " ") != s.Text }) {
		l.Add(qb.FieldStem, "片段里的换行与连续空格")
	}
	l.Common(q)
	return l
}

func gapLosses(l *draft.Losses, q qb.Question) {
	for _, run := range gapRun.FindAllString(q.Stem, -1) {
		if run != qb.Gap {
			l.Add(qb.FieldStem, "空的长短")
		}
	}
	for _, gap := range q.Key.Gaps {
		_, number := onlyNumber(gap)
		l.Gap(gap, number, false)
	}
}
