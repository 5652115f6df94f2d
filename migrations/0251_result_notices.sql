-- The notice of a result told bare points, "11.00", of whatever full mark the paper had. It tells percent, points and full mark now;
-- those that are in inboxes already are told anew from their result.
-- Retention: as 0070.

-- +goose Up
UPDATE notice n SET key = 'notify.result_out', places = n.places || jsonb_build_object(
    'percent', trim_scale(r.percent_hundredths / 100.0)::text || '%',
    'score', trim_scale(r.score_hundredths / 100.0)::text,
    'total', trim_scale(r.total_hundredths / 100.0)::text)
FROM result r WHERE n.key = 'notify.result_released' AND n.subject = 'result:' || r.id;

-- +goose Down
UPDATE notice SET key = 'notify.result_released' WHERE key = 'notify.result_out';
