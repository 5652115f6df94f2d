package notify_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/notify"
)

func TestPlaces(t *testing.T) {
	midnight := time.Date(2026, 12, 20, 16, 0, 0, 0, time.UTC) // in Shanghai
	for name, tc := range map[string]struct {
		place any
		want  any
	}{
		"the end of a day":      {notify.Until(midnight), "2026-12-20 24:00"},
		"a day's first moment":  {notify.Moment(midnight), "2026-12-21 00:00"},
		"the end at noon":       {notify.Until(midnight.Add(-12 * time.Hour)), "2026-12-20 12:00"},
		"a word":                {notify.Word("cases.outcome.lifted"), "<cases.outcome.lifted>"},
		"a text":                {"第三季度考核", "第三季度考核"},
		"a time that is broken": {map[string]any{"at": "soon"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			stored, err := json.Marshal(map[string]any{"place": tc.place})
			if err != nil {
				t.Fatal(err)
			}
			n := notify.Notice{Key: "key"}
			if err := json.Unmarshal(stored, &n.Places.V); err != nil {
				t.Fatal(err)
			}
			var got any
			n.Text(func(key string, kv ...any) string {
				if len(kv) == 2 {
					got = kv[1]
				}
				return "<" + key + ">"
			}, time.FixedZone("CST", 8*60*60))
			if got != tc.want {
				t.Errorf("%v, want %v", got, tc.want)
			}
		})
	}
}
