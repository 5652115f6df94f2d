package main

import (
	"regexp"
	"strings"
)

var (
	word       = regexp.MustCompile(`[A-Za-z0-9_-]+`)
	className  = regexp.MustCompile(`\.((?:\\.|[A-Za-z0-9_-])+)`)
	negation   = regexp.MustCompile(`:not\((?:[^()]|\([^()]*\))*\)`)
	themed     = regexp.MustCompile(`\[data-bs-theme(?:-[a-z]+)?=`)
	varUse     = regexp.MustCompile(`var\(\s*(--[A-Za-z0-9_-]+)`)
	identifier = regexp.MustCompile(`[A-Za-z][A-Za-z0-9_-]*`)
)

// wordsIn collects everything in the sources that could be a class name. It
// takes too many rather than too few: a class that is put together at run time
// must only appear in parts that are whole class names.
func wordsIn(sources []string) map[string]bool {
	used := map[string]bool{}
	for _, s := range sources {
		for _, w := range word.FindAllString(s, -1) {
			used[w] = true
		}
	}
	return used
}

// purge keeps the rules whose every class is used, and of a selector list the
// selectors of that kind. Rules of other themes than the light one go too.
func purge(rules []rule, used map[string]bool) []rule {
	var out []rule
	for _, r := range rules {
		switch {
		case r.children != nil:
			if r.children = purge(r.children, used); len(r.children) > 0 {
				out = append(out, r)
			}
		case r.isAt():
			out = append(out, r)
		default:
			if r.prelude = usedSelectors(r.prelude, used); r.prelude != "" && len(r.decls) > 0 {
				out = append(out, r)
			}
		}
	}
	return out
}

func usedSelectors(list string, used map[string]bool) string {
	var keep []string
	for _, sel := range splitTop(list, ',') {
		if !themed.MatchString(sel) && classesUsed(sel, used) {
			keep = append(keep, sel)
		}
	}
	return strings.Join(keep, ",")
}

func classesUsed(selector string, used map[string]bool) bool {
	for _, m := range className.FindAllStringSubmatch(negation.ReplaceAllString(selector, ""), -1) {
		if !used[strings.ReplaceAll(m[1], `\`, "")] {
			return false
		}
	}
	return true
}

// dropUnread removes custom properties and key frames that nothing reads. A
// property read only by another that goes is found in the next round.
func dropUnread(rules []rule) []rule {
	for {
		read := map[string]bool{}
		collectReads(rules, read)
		var dropped bool
		if rules, dropped = withoutUnread(rules, read); !dropped {
			return rules
		}
	}
}

func collectReads(rules []rule, read map[string]bool) {
	for _, r := range rules {
		collectReads(r.children, read)
		for _, d := range r.decls {
			for _, m := range varUse.FindAllStringSubmatch(d.value, -1) {
				read[m[1]] = true
			}
			if strings.HasPrefix(d.name, "animation") {
				for _, id := range identifier.FindAllString(d.value, -1) {
					read[id] = true
				}
			}
		}
		for _, m := range varUse.FindAllStringSubmatch(r.raw, -1) {
			read[m[1]] = true
		}
	}
}

func withoutUnread(rules []rule, read map[string]bool) (out []rule, dropped bool) {
	for _, r := range rules {
		var inner bool
		switch name := atName(r.prelude); {
		case r.children != nil:
			r.children, inner = withoutUnread(r.children, read)
			if len(r.children) == 0 {
				dropped = true
				continue
			}
		case name != "":
			if !read[name] {
				dropped = true
				continue
			}
		case r.raw == "":
			r.decls, inner = readDecls(r.decls, read)
			if len(r.decls) == 0 {
				dropped = true
				continue
			}
		}
		dropped = dropped || inner
		out = append(out, r)
	}
	return out, dropped
}

// atName is the name that @keyframes or @property declares, else "".
func atName(prelude string) string {
	at, name, _ := strings.Cut(prelude, " ")
	if at == "@keyframes" || at == "@property" {
		return strings.TrimSpace(name)
	}
	return ""
}

func readDecls(decls []decl, read map[string]bool) (out []decl, dropped bool) {
	for _, d := range decls {
		if strings.HasPrefix(d.name, "--") && !read[d.name] {
			dropped = true
			continue
		}
		out = append(out, d)
	}
	return out, dropped
}
