-- title: Retraction is earlier than the confession
-- severity: error
-- table: event_relations
-- why: Nobody can withdraw what has not been said yet. The order of confession and retraction is evidence of
--   pressure.
-- fix: Correct one of the two dates, or link the retraction to the earlier confession that it withdraws.
-- message: {event_id} is over before {related_event_id} begins. Retraction: {event_date}. Confession:
--   {related_date}.
SELECT
  r.relation_id AS id,
  'related_event_id' AS field,
  r.event_id,
  r.related_event_id,
  e.event_date,
  t.event_date AS related_date
FROM event_relations AS r
JOIN events AS e ON e.event_id = r.event_id
JOIN events AS t ON t.event_id = r.related_event_id
WHERE r.relation_type = 'retracts'
  AND e.event_date_latest < t.event_date_earliest
