package written

import qb "github.com/peikao/peikao/questionbank"

// Unsorted remembers the knowledge points outside the five areas that have been told of.
type Unsorted map[string]bool

// Problems names each point of the question that lies in none of the five areas, the first time it comes.
func (u Unsorted) Problems(q qb.Question) (found []qb.Problem) {
	for _, p := range q.KnowledgePoints {
		if qb.Area(p) > 0 || u[p] {
			continue
		}
		u[p] = true
		found = append(found, qb.Problem{Field: qb.FieldPoints, Code: "point_area", Severity: qb.Warning,
			Message: "“" + p + "”不在五大内容领域之下，导入后须归类"})
	}
	return found
}
