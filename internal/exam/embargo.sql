
-- name: embargoed_versions
-- why: what no mock may hold: the questions of exams that are published, or marked and still to be sat by who has leave, or whose results are
-- not all released
SELECT DISTINCT s.version_id FROM exam e CROSS JOIN LATERAL papers_of_exam(e.id) AS p (paper_id) JOIN paper_slot s ON s.paper_id = p.paper_id
WHERE e.kind <> 'mock' AND e.state IN ('published', 'marked')
  AND (e.state = 'published' OR EXISTS (SELECT 1 FROM candidate c WHERE c.exam_id = e.id AND c.settled_at IS NULL)
       OR EXISTS (SELECT 1 FROM result_standing r WHERE r.exam_id = e.id AND r.released_at IS NULL))
LIMIT 200000

-- name: paper_versions
-- why: the questions of a paper and of the other forms of its set, for an exam that is to take it
SELECT DISTINCT s.version_id FROM paper p LEFT JOIN paper f ON f.form_set_id = p.form_set_id JOIN paper_slot s ON s.paper_id IN (p.id, f.id) WHERE p.id = $1 LIMIT 1000

-- name: exam_beside_mocks
-- why: an exam's questions, and those of the mocks that are open or to come: whoever publishes it is told which of them ask the same
SELECT e.id, e.title, array_agg(DISTINCT s.version_id) AS versions
FROM exam e CROSS JOIN LATERAL papers_of_exam(e.id) AS p (paper_id) JOIN paper_slot s ON s.paper_id = p.paper_id
WHERE e.id IN (SELECT $1::bigint UNION ALL SELECT m.id FROM exam m WHERE m.state = 'published' AND m.kind = 'mock'
    AND (m.closes_at > $2 OR EXISTS (SELECT 1 FROM candidate c WHERE c.exam_id = m.id AND c.closes_at > $2)))
GROUP BY e.id ORDER BY e.id = $1 DESC, e.id DESC LIMIT 200
