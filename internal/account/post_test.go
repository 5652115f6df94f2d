package account

import "testing"

// rule:C02 the three kinds of staff that the rules examine: online, phone, online operations; a post of no known kind is refused.
func TestPostKinds(t *testing.T) {
	for kind, ok := range map[PostKind]bool{
		"online": true, "phone": true, "operations": true, "lead": true, "other": true, "": false, "doctor": false,
	} {
		wrong := Post{Code: "p1", Name: "网络咨询员", Kind: kind}.check()
		if (len(wrong) == 0) != ok {
			t.Errorf("%q: %v", kind, wrong)
		}
		if ok && kind.WordKey() != "account.post_kind."+string(kind) {
			t.Error(kind.WordKey())
		}
	}
}
