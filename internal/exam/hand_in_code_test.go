package exam

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"
)

// codeText is what a page that holds the lease shows (static/ts/attempt/core/hand_in_code.ts).
func codeText(attempt, answers, lease string) string {
	signed := "PK1." + attempt + "." + base64.RawURLEncoding.EncodeToString([]byte(answers))
	mac := hmac.New(sha256.New, []byte(lease))
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:codeSignature])
}

func TestParseHandInCode(t *testing.T) {
	good := codeText("7", `[[2,201,{"choice":"甲"}],[3,202,null]]`, "1.secret")
	c, err := ParseHandInCode(good)
	if err != nil || c.AttemptID != 7 || len(c.Changes) != 2 || c.Changes[0].Slot != 2 || c.Changes[0].ClientSeq != 201 || string(c.Changes[1].Response) != "null" {
		t.Fatalf("%+v, %v", c, err)
	}
	if !c.SignedWith("1.secret") || c.SignedWith("2.secret") || c.SignedWith("") {
		t.Error("the signature is the lease's, and no other's")
	}
	if c, err = ParseHandInCode(" " + good[:20] + "\r\n  " + good[20:] + "\n"); err != nil || !c.SignedWith("1.secret") {
		t.Errorf("broken lines: %v", err)
	}
	changed, err := ParseHandInCode(strings.Replace(good, "PK1.7.", "PK1.8.", 1))
	if err != nil || changed.SignedWith("1.secret") {
		t.Errorf("another attempt under the same signature: %v", err)
	}
	for name, text := range map[string]string{
		"nothing": "", "a word": "交卷码", "another version": strings.Replace(good, "PK1", "PK2", 1), "cut": good[:len(good)-4],
		"no attempt": codeText("0", `[[2,201,null]]`, "x"), "a leading zero": codeText("07", `[[2,201,null]]`, "x"),
		"no answers": codeText("7", `[]`, "x"), "no list": codeText("7", `{}`, "x"), "a short row": codeText("7", `[[2,201]]`, "x"),
		"no numbers": codeText("7", `[["2",201,null]]`, "x"), "too many": codeText("7", "["+strings.TrimSuffix(strings.Repeat("[1,1,null],", 201), ",")+"]", "x"),
		"not base64": "PK1.7.%%%%.AAAAAAAAAAAAAAAAAAAAAA", "too long": good + strings.Repeat(" ", maxCodeText),
	} {
		if _, err := ParseHandInCode(text); err == nil {
			t.Errorf("%s is taken for a code", name)
		}
	}
}

func FuzzParseHandInCode(f *testing.F) {
	f.Add(codeText("7", `[[2,201,{"choice":"a"}]]`, "x"))
	f.Add("PK1.1..")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseHandInCode(text)
		if err == nil && (c.AttemptID < 1 || len(c.Changes) == 0) {
			t.Errorf("%q: %+v", text, c)
		}
	})
}
