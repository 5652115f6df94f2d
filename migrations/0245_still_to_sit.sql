-- Why: staff who have to sit an exam themselves could read its questions and keys before they had: papers, statistics, marking, rulings. Many
-- statements ask whether the viewer is such a person; what that means is said once.

-- +goose Up

-- Where a person has not handed in yet an exam that is with_exam, or that has a paper of it or the paper with_paper: itself, a form of its set,
-- or one dealt to any of its candidates. 0 stands for none. An array of facts from which is decided until when the papers are closed to
-- them; most people have none.
CREATE FUNCTION still_to_sit(person bigint, with_exam bigint, with_paper bigint) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(jsonb_agg(jsonb_build_object('title', e.title, 'kind', e.kind, 'state', e.state, 'on_paper', e.on_paper, 'working', w.working,
               'opens_at', coalesce(c.opens_at, e.opens_at), 'closes_at', coalesce(c.closes_at, e.closes_at) + make_interval(secs => c.extra_seconds))
               ORDER BY c.id DESC), '[]')
    FROM candidate c JOIN exam e ON e.id = c.exam_id
    CROSS JOIN LATERAL (SELECT EXISTS (SELECT 1 FROM attempt a WHERE a.candidate_id = c.id AND a.state = 'open') AS working) w
    WHERE c.person_id = person AND c.state <> 'withdrawn'
      AND (w.working OR c.settled_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.candidate_id = c.id AND a.state IN ('submitted', 'marked')))
      AND (e.id = with_exam
           OR EXISTS (SELECT 1 FROM candidate o WHERE o.paper_id = with_paper AND o.exam_id = e.id)
           OR EXISTS (SELECT 1 FROM paper p LEFT JOIN paper f ON f.form_set_id = p.form_set_id
                      WHERE p.id IN (with_paper, (SELECT x.paper_id FROM exam x WHERE x.id = with_exam)) AND e.paper_id IN (p.id, f.id)))
$$;

-- +goose Down
DROP FUNCTION still_to_sit(bigint, bigint, bigint);
