package exam

import "github.com/peikao/peikao/internal/platform/words"

// IntegrityWords says in sentences what is recorded and what follows, the same to who sets the exam up and to who sits it. The
// code, the addresses and the keys themselves are in none of them.
func IntegrityWords(l words.Lang, i Integrity) []string {
	out, handsIn := []string{words.T(l, "exam.integrity.never")}, false
	for _, k := range WatchKinds {
		w := i.Of(k)
		if k == WatchFullscreen && !i.AskFullscreen {
			continue
		}
		out = append(out, words.T(l, "exam.integrity."+string(k)+"."+string(w.Acts()), "n", w.After))
		handsIn = handsIn || w.Acts() == WatchHandIn
	}
	if handsIn {
		out = append(out, words.T(l, "exam.integrity.marked_as_saved"))
	}
	for _, said := range []struct {
		is  bool
		key string
	}{
		{i.AskFullscreen, "exam.integrity.ask_fullscreen"},
		{i.Watermark, "exam.integrity.watermark"},
		{i.AccessCode != "", "exam.integrity.access_code"},
		{len(i.Ranges) > 0, "exam.integrity.ranges"},
		{len(i.SEBKeys) > 0, "exam.integrity.seb"},
	} {
		if said.is {
			out = append(out, words.T(l, said.key))
		}
	}
	return out
}

// handInNote is why a policy handed in, for the log of the examination room.
func handInNote(k WatchKind, n int) string {
	return words.T(words.ZH, "exam.integrity.handed_in."+string(k), "n", n)
}
