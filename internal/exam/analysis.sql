-- The SQL of analyses: item and paper statistics of an exam that is marked. Times are parameters.

-- name: analysis_want
-- why: results have changed that the newest analysis of a marked exam has not seen; the next process that has time computes it
INSERT INTO exam_analysis_due (exam_id, wanted, due_at) SELECT id, 1, $2 FROM exam WHERE id = $1 AND state IN ('marked', 'archived')
ON CONFLICT (exam_id) DO UPDATE SET wanted = exam_analysis_due.wanted + 1

-- name: analysis_claim
-- why: one process computes an exam's analysis; if it dies or fails, another begins again after the lease
UPDATE exam_analysis_due SET due_at = $2
WHERE exam_id = (SELECT exam_id FROM exam_analysis_due WHERE due_at <= $1 ORDER BY due_at, exam_id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING exam_id, wanted

-- name: analysis_done
-- why: nothing new has come since it was claimed
DELETE FROM exam_analysis_due WHERE exam_id = $1 AND wanted = $2

-- name: analysis_again
-- why: something has, or the exam is sat again: at once, and then as its state wants it
UPDATE exam_analysis_due SET due_at = $2 WHERE exam_id = $1

-- name: analysis_sittings
-- why: what is counted: of each person the first attempt that stands, with its newest result. Voided ones and absences are not there
SELECT DISTINCT ON (r.person_id) r.attempt_id, r.marks, r.released_at IS NOT NULL AS released,
       EXISTS (SELECT 1 FROM correction k WHERE k.attempt_id = r.attempt_id AND k.state = 'approved') AS corrected,
       (SELECT coalesce(jsonb_agg(s.mark), '[]') FROM correction_spared s JOIN result o ON o.id = s.result_id JOIN correction k ON k.id = s.correction_id
        WHERE o.attempt_id = r.attempt_id
          AND jsonb_path_query_first(o.marks, '$[*] ? (@.slot == $s)', jsonb_build_object('s', s.mark -> 'slot'))
            = jsonb_path_query_first(r.marks, '$[*] ? (@.slot == $s)', jsonb_build_object('s', s.mark -> 'slot'))
          AND NOT EXISTS (SELECT 1 FROM correction n WHERE n.exam_id = k.exam_id AND n.kind = 'question'
            AND n.state = 'approved' AND n.body -> 'version_id' = k.body -> 'version_id' AND (n.decided_at, n.id) > (k.decided_at, k.id))) AS spared
FROM result_standing r JOIN attempt a ON a.id = r.attempt_id WHERE r.exam_id = $1 ORDER BY r.person_id, a.no LIMIT 20000

-- name: analysis_changes
-- why: which option each slot ended with and how long it took: the changes of some attempts, one row an attempt
SELECT j.attempt_id, array_agg(j.slot::bigint ORDER BY j.epoch, j.client_seq) AS slots,
       array_agg((extract(epoch FROM j.received_at - a.started_at) * 1000)::bigint ORDER BY j.epoch, j.client_seq) AS at_ms,
       array_agg(coalesce(j.response ->> 'choice', j.response ->> 'choices', '') ORDER BY j.epoch, j.client_seq) AS chosen
FROM journal j JOIN attempt a ON a.id = j.attempt_id WHERE j.attempt_id = ANY($1::bigint[]) GROUP BY j.attempt_id

-- name: analysis_shown
-- why: exposure counts every attempt that has shown a version, also a voided one
SELECT s.version_id, sum(p.n) AS shown, max(p.last_at) AS last_shown_at
FROM (SELECT paper_id, count(*) AS n, max(started_at) AS last_at FROM attempt WHERE exam_id = $1 GROUP BY paper_id) p
JOIN paper_slot s ON s.paper_id = p.paper_id GROUP BY s.version_id ORDER BY s.version_id LIMIT 20000

-- name: analysis_insert
-- why: analyses are versions
INSERT INTO exam_analysis (exam_id, version, people, released, computed_at, paper)
SELECT $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5 FROM exam_analysis WHERE exam_id = $1 RETURNING id

-- name: analysis_reach
-- why: who may know: how many of those who have begun are beyond the viewer, counted no further than it matters; whether all results are
-- the viewer's to release; whether an own result waits for its release, and what the viewer has still to sit; whether there is an analysis at
-- all, and news since
SELECT (SELECT count(*) FROM (
           SELECT 1 FROM attempt a WHERE NOT $2 AND a.exam_id = $1
             AND NOT EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = a.person_id AND p.unit_id = ANY($3::bigint[])) LIMIT $7) x) AS beyond,
       $4 OR NOT EXISTS (SELECT 1 FROM attempt a WHERE a.exam_id = $1
             AND NOT EXISTS (SELECT 1 FROM person_place p WHERE p.person_id = a.person_id AND p.unit_id = ANY($5::bigint[]))) AS releases,
       EXISTS (SELECT 1 FROM attempt a JOIN result r ON r.attempt_id = a.id AND r.released_at IS NULL WHERE a.exam_id = $1 AND a.person_id = $6
             AND NOT EXISTS (SELECT 1 FROM result n WHERE n.attempt_id = a.id AND n.version > r.version)) AS own_waits,
       still_to_sit($6, $1, 0) AS still_to_sit,
       EXISTS (SELECT 1 FROM exam_analysis n WHERE n.exam_id = $1) AS computed,
       EXISTS (SELECT 1 FROM exam_analysis_due d WHERE d.exam_id = $1) AS pending

-- name: analysis
-- why: the newest analysis that the viewer may know
SELECT id, version, people, released, computed_at, paper FROM exam_analysis WHERE exam_id = $1 AND ($2 OR released) ORDER BY version DESC LIMIT 1
