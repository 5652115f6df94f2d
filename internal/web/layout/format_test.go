package layout_test

import (
	"context"
	"testing"
	"time"

	"github.com/peikao/peikao/internal/account"
	"github.com/peikao/peikao/internal/platform/words"
	"github.com/peikao/peikao/internal/web/layout"
)

func TestFigures(t *testing.T) {
	for _, tc := range []struct{ got, want string }{
		{layout.Score(8650), "86.5"},
		{layout.Score(10000), "100"},
		{layout.Score(5999), "59.99"},
		{layout.Score(5), "0.05"},
		{layout.Score(0), "0"},
		{layout.Score(-250), "-2.5"},
		{layout.Percent(6000), "60%"},
		{layout.Money(123450), "¥1,234.50"},
		{layout.Money(5), "¥0.05"},
		{layout.Money(-100000000), "−\u2060¥1,000,000.00"},
		{layout.Count(999), "999"},
		{layout.Count(-1000), "−1,000"},
		{layout.FileSize(1023), "1023 B"},
		{layout.FileSize(1536), "1.5 KB"},
		{layout.FileSize(5 << 30), "5.0 GB"},
	} {
		if tc.got != tc.want {
			t.Errorf("%q, want %q", tc.got, tc.want)
		}
	}
}

func TestTimesAreTheClinics(t *testing.T) {
	ctx := context.Background()
	at := time.Date(2026, 11, 20, 16, 30, 0, 0, time.UTC) // half past midnight in Shanghai
	for _, tc := range []struct{ got, want string }{
		{layout.Date(ctx, at), "2026-11-21"},
		{layout.DateTime(ctx, at), "2026-11-21 00:30"},
		{layout.Clock(ctx, at), "00:30"},
		{layout.Date(ctx, time.Time{}), "—"},
		{layout.DateOn(time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)), "2026-11-20"},
		{layout.Window(ctx, at, at.Add(2*time.Hour)), "2026-11-21 00:30 – 02:30"},
		{layout.Window(ctx, at, at.Add(24*time.Hour)), "2026-11-21 00:30 – 2026-11-22 00:30"},
		{layout.Window(ctx, at.Add(-8*time.Hour), at.Add(-30*time.Minute)), "2026-11-20 16:30 – 24:00"},
		{layout.Deadline(ctx, at), "2026-11-21 00:30"},
		{layout.Deadline(ctx, at.Add(-30*time.Minute)), "2026-11-20 24:00"},
		{layout.Deadline(ctx, at.Add(-31*time.Minute)), "2026-11-20 23:59"},
		{layout.Deadline(ctx, time.Time{}), "—"},
		{layout.DeadlineClock(ctx, at.Add(-30*time.Minute)), "24:00"},
		{layout.DeadlineClock(ctx, at), "00:30"},
		{layout.DeadlineSeconds(ctx, at.Add(-30*time.Minute)), "24:00:00"},
		{layout.DeadlineSeconds(ctx, at.Add(-30*time.Minute+time.Second)), "00:00:01"},
		{layout.ISO(at), "2026-11-20T16:30:00Z"},
		{layout.Minutes(ctx, 61), "2 分钟"},
	} {
		if tc.got != tc.want {
			t.Errorf("%q, want %q", tc.got, tc.want)
		}
	}
	berlin := layout.Context(ctx, layout.Settings{Zone: time.FixedZone("x", 3600)}, account.Viewer{}, words.EN, "/")
	if got := layout.Clock(berlin, at); got != "17:30" {
		t.Errorf("the setting's zone is not used: %s", got)
	}
}

func TestRemaining(t *testing.T) {
	now := time.Date(2026, 11, 21, 1, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		left time.Duration
		want string
	}{
		{0, "已截止"},
		{-time.Hour, "已截止"},
		{time.Second, "还剩 1 分钟"},
		{2*time.Hour - time.Second, "还剩 120 分钟"},
		{2 * time.Hour, "还剩 2 小时"},
		{48*time.Hour - time.Second, "还剩 47 小时"},
		{48 * time.Hour, "还剩 2 天"},
		{168 * time.Hour, "还剩 7 天"},
		{168*time.Hour + time.Second, "还剩 8 天"},
		{182 * time.Hour, "还剩 8 天"},
	} {
		if got := layout.Remaining(context.Background(), now, now.Add(tc.left)); got != tc.want {
			t.Errorf("%v left: %q, want %q", tc.left, got, tc.want)
		}
	}
}
