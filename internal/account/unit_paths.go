package account

import "strings"

// mostNamed is how many units a message names that a cell may mean.
const mostNamed = 5

// unitPaths are the units with their paths, for a file that names them.
type unitPaths struct {
	root string
	ids  []UnitID
	path []string // as Tree.Path
}

func pathsOf(t Tree) unitPaths {
	var out unitPaths
	above := map[UnitID]string{}
	for _, u := range t { // parents stand before their children
		path := above[u.ParentID] + u.Name
		if u.ParentID == 0 {
			out.root = u.Name
		} else {
			above[u.ID] = path + "/"
		}
		out.ids, out.path = append(out.ids, u.ID), append(out.path, path)
	}
	return out
}

// find is the unit of a path from below the root ("总院/企划部"), also with the root's name before it; "/", backslash and ">" part it. A
// name or the end of a path is enough where it is that of one unit within reach; of several, their paths are named. The id is 0
// for none, and that of a unit beyond reach where there is no other.
func (p unitPaths) find(path string, reach func(UnitID) bool) (id UnitID, several []string) {
	want := trimPath(strings.NewReplacer("／", "/", ">", "/", "＞", "/", `\`, "/").Replace(path))
	if want == "" {
		return 0, nil
	}
	var beyond UnitID
	for i, known := range p.path {
		switch {
		case known == want, i > 0 && p.root+"/"+known == want:
			return p.ids[i], nil
		case !strings.HasSuffix(known, "/"+want):
		case !reach(p.ids[i]):
			beyond = p.ids[i]
		default:
			id = p.ids[i]
			several = append(several, known)
		}
	}
	switch len(several) {
	case 0:
		return beyond, nil
	case 1:
		return id, nil
	}
	return 0, several[:min(len(several), mostNamed)]
}

func trimPath(path string) string {
	var parts []string
	for part := range strings.SplitSeq(path, "/") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "/")
}
