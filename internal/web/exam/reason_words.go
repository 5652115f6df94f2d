package exam

import (
	"context"

	"github.com/peikao/peikao/internal/exam"
	"github.com/peikao/peikao/internal/web/layout"
)

// reasonTexts say why a draw took the question; none for a paper that was drawn before reasons were kept.
func reasonTexts(ctx context.Context, topics []Topic, c exam.PaperContent) (out []string) {
	r := c.Reason.V
	if r == (exam.Reason{}) {
		return nil
	}
	say := func(when bool, key string, kv ...any) {
		if when {
			out = append(out, layout.T(ctx, key, kv...))
		}
	}
	own := r.Topic != 0 // of a person's own paper (N03)
	say(r.Row > 0, "exampages.reason.row", "n", r.Row)
	say(r.Quota != 0, "exampages.reason.quota", "topic", topicName(topics, r.Quota))
	say(own && r.Lost > 0, "exampages.reason.lost", "topic", topicName(topics, r.Topic), "n", r.Lost)
	say(own && r.Lost == 0, "exampages.reason.topic", "topic", topicName(topics, r.Topic))
	say(r.Key, "exampages.reason.key")
	say(r.NoKey, "exampages.reason.no_key")
	say(own, "exampages.reason.like", "n", c.Question.Difficulty, "like", r.Like)
	say(own && !r.Seen, "exampages.reason.fresh")
	say(r.Seen, "exampages.reason.seen")
	say(r.Overlap, "exampages.reason.overlap")
	say(r.Invited > 0 && r.SeenBy == 0, "exampages.reason.fresh_to_all")
	say(r.SeenBy > 0, "exampages.reason.seen_by", "people", r.Invited, "n", r.SeenBy)
	say(r.Uses == 0, "exampages.reason.unused")
	say(r.Uses > 0, "exampages.reason.used", "n", r.Uses)
	return out
}

// topicName is the name of a knowledge point; of one that was retired since its number.
func topicName(topics []Topic, id exam.TopicID) string {
	for _, t := range topics {
		if t.ID == id {
			return t.Name
		}
	}
	return id.String()
}
