package money_test

import (
	"math/rand/v2"
	"testing"

	"github.com/peikao/peikao/internal/money"
)

func TestParse(t *testing.T) {
	for text, want := range map[string]money.Fen{
		"0": 0, "1": 100, "200": 20000, "0.5": 50, "0.05": 5, "-50": -5000, "−0.01": -1, "+3": 300, " 1,234.50 ": 123450, "-12,345,678": -1234567800, "999999999999.99": 99999999999999, "00.10": 10,
	} {
		if got, err := money.Parse(text); err != nil || got != want {
			t.Errorf("%q: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"", ".", "1.", ".5", "1.005", "x", "1e3", "--1", "+-1", "1.-5", "1234567890123", "９", "1 2", "1,5", "0,05", "1,2345", "1234,567", ",123", "1,234,", "1.0,0"} {
		if got, err := money.Parse(text); err == nil {
			t.Errorf("%q is %d", text, got)
		}
	}
}

func TestText(t *testing.T) {
	for fen, want := range map[money.Fen][3]string{
		0:          {"0.00", "¥0.00", "¥0.00"},
		5:          {"0.05", "¥0.05", "+\u2060¥0.05"},
		-1:         {"-0.01", "−\u2060¥0.01", "−\u2060¥0.01"},
		20000:      {"200.00", "¥200.00", "+\u2060¥200.00"},
		123450:     {"1234.50", "¥1,234.50", "+\u2060¥1,234.50"},
		-100000000: {"-1000000.00", "−\u2060¥1,000,000.00", "−\u2060¥1,000,000.00"},
	} {
		if got := [3]string{fen.Decimal(), fen.String(), fen.Signed()}; got != want {
			t.Errorf("%d: %q", fen, got)
		}
	}
	if money.Yuan(3) != 300 {
		t.Error("three yuan")
	}
}

// What a file holds is read back as it was.
func TestDecimalIsRead(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	for range 10_000 {
		want := money.Fen(random.Int64N(2e12) - 1e12)
		if got, err := money.Parse(want.Decimal()); err != nil || got != want {
			t.Fatalf("%d is written %q and read %d, %v", want, want.Decimal(), got, err)
		}
	}
}
