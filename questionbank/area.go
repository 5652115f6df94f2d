package questionbank

import "strings"

// Areas are the names of the five content areas (C12–C16); Areas[0] is area 1.
var Areas = [5]string{"医美专业知识", "网电沟通技巧", "客户服务规范", "法律法规", "行业动态与前沿技术"}

// areaWords are the names that files use for the areas, folded.
var areaWords = map[string]string{
	"医美专业知识": "1", "专业知识": "1", "医美知识": "1",
	"网电沟通技巧": "2", "沟通技巧": "2", "网络电话沟通技巧": "2",
	"客户服务规范": "3", "服务规范": "3", "客户服务": "3",
	"法律法规": "4", "法律法规与行业规范": "4", "法规": "4",
	"行业动态与前沿技术": "5", "行业动态": "5", "前沿技术": "5",
}

// KnowledgePoint turns a file's way to name a knowledge point ("法律法规 > 医疗广告", "4/医疗广告", "内容4／医疗广告")
// into the path "4/医疗广告". It reports false when the first part names none of the five areas; the path is then what
// the file said, with clean separators, for a person to sort in.
func KnowledgePoint(raw string) (path string, inArea bool) {
	parts := strings.FieldsFunc(raw, func(r rune) bool { return strings.ContainsRune("/／>＞→\\", r) })
	var kept []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			kept = append(kept, p)
		}
	}
	if len(kept) == 0 {
		return "", false
	}
	if n := areaNumber(kept[0]); n != "" {
		kept[0], inArea = n, true
	}
	return strings.Join(kept, "/"), inArea
}

// Area is the number of the content area that a knowledge point's path lies in, 0 for none.
func Area(path string) int {
	first, _, _ := strings.Cut(path, "/")
	if len(first) == 1 && first[0] >= '1' && first[0] <= '5' {
		return int(first[0] - '0')
	}
	return 0
}

func areaNumber(name string) string {
	name = Fold(name)
	for _, prefix := range []string{"内容", "领域", "area"} {
		name = strings.TrimSpace(strings.TrimPrefix(name, prefix))
	}
	if Area(name) > 0 && len(name) == 1 {
		return name
	}
	// "4 法律法规", "4.法律法规"
	if Area(name[:min(1, len(name))]) > 0 {
		if n := areaWords[strings.TrimLeft(name[1:], " .、")]; n == name[:1] {
			return n
		}
	}
	return areaWords[name]
}
