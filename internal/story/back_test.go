package story

import "fmt"

// The browser's Back, which a thumb swipes by itself on a phone, does not leave a running exam: it goes to the question before, at
// the first one it asks, and who comes back goes on where something is open.
func (r *room) backSwiped(p *person) {
	s := r.sits(p, "lan-a", nil)
	back := func() { eval[bool](p, `(history.back(), true)`) }
	at := func(n int) string { return fmt.Sprintf(`document.querySelector("#q%d")?.hidden === false`, n) }
	answered, open := s.singles()[0], 1
	if answered == open {
		open = 2
	}
	s.chooses(answered, 0)
	p.clicks("下一题")
	p.clicks("下一题")
	p.await(at(3))
	back()
	p.await(at(2))
	back()
	p.await(at(1))
	back()
	p.await(`document.querySelector("dialog[open]").innerText.includes("计时不会停")`)
	back() // closes what is open
	p.await(`!document.querySelector("dialog[open]")`)
	s.lands()
	back()
	p.press("离开")
	p.await(`location.pathname === "/"`)
	p.open("/attempts/" + s.attempt) // the home page offers every running exam
	p.await(paperShown)
	p.await(at(open))
	s.lands()
	p.calm()
}
