package table

import "testing"

func TestNumber(t *testing.T) {
	for _, tt := range []struct {
		v      float64
		format string
		want   string
	}{
		{30, "", "30"}, {0.1 + 0.2, "", "0.3"}, {1.5, "General", "1.5"}, {20210429, "", "20210429"}, {1e20, "", "1e+20"}, {-0.5, "", "-0.5"}, {0, "", "0"},
		{0.5, "0%", "50%"}, {0.125, "0.0%", "12.5%"}, {2, "0.00", "2.00"}, {2.5, "#,##0", "2"}, {1.25, `0.0"ml"`, "1.2"},
		{44315, "yyyy-mm-dd", "2021-04-29"}, {44315.5, "yyyy/m/d h:mm", "2021-04-29 12:00"}, {44315, `yyyy"年"m"月"d"日"`, "2021-04-29"}, {44315, "[$-804]yyyy年m月d日;@", "2021-04-29"},
		{1.5, `"d"0.0`, "1.5"}, {-1, "yyyy", "-1"},
	} {
		if got := Number(tt.v, tt.format, false); got != tt.want {
			t.Errorf("%v %s: got %s, want %s", tt.v, tt.format, got, tt.want)
		}
	}
	if got := Number(42853, "yyyy-mm-dd", true); got != "2021-04-29" {
		t.Errorf("from 1904: got %s", got)
	}
}
