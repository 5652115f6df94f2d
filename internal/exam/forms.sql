
-- name: form_set_insert
-- why: forms that are drawn together
INSERT INTO form_set (blueprint_version_id, seed, forms, overlap, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id

-- name: forms_of
-- why: a form's page, and an exam that takes one, name all forms of the set
SELECT f.id, f.form, f.title, s.overlap FROM paper p JOIN form_set s ON s.id = p.form_set_id JOIN paper f ON f.form_set_id = s.id WHERE p.id = $1 ORDER BY f.form

-- name: candidates_deal_forms
-- why: each candidate without a paper gets a form, in a drawn order, so that every form goes to as many people; who joins later goes on
-- from there. Nothing is dealt where the exam's paper is not a form
WITH forms AS (
    SELECT f.id, row_number() OVER (ORDER BY f.form) - 1 AS no, count(*) OVER () AS n
    FROM exam e JOIN paper p ON p.id = e.paper_id JOIN paper f ON f.form_set_id = p.form_set_id WHERE e.id = $1
), dealt AS (
    SELECT c.id, row_number() OVER (ORDER BY md5(e.seed::text || ':' || c.person_id::text), c.person_id) - 1
        + (SELECT count(*) FROM candidate d WHERE d.exam_id = $1 AND d.paper_id IS NOT NULL) AS no
    FROM candidate c JOIN exam e ON e.id = c.exam_id WHERE c.exam_id = $1 AND c.paper_id IS NULL
)
UPDATE candidate c SET paper_id = forms.id FROM dealt, forms WHERE c.id = dealt.id AND forms.no = dealt.no % forms.n
