-- title: Event answers a later event
-- severity: error
-- table: event_relations
-- why: A denial, a refusal or an appeal comes after what it answers. In the wrong order cause and effect are
--   exchanged.
-- fix: Swap the two events if the link was drawn the wrong way round, or correct one of the dates.
-- message: {event_id} is over before {related_event_id} begins. Link: {relation_type}. First: {event_date}.
--   Second: {related_date}.
SELECT
  r.relation_id AS id,
  'related_event_id' AS field,
  r.event_id,
  r.related_event_id,
  r.relation_type,
  e.event_date,
  t.event_date AS related_date
FROM event_relations AS r
JOIN events AS e ON e.event_id = r.event_id
JOIN events AS t ON t.event_id = r.related_event_id
WHERE r.relation_type IN (
    'follows', 'consequence_of', 'repeats', 'appeals', 'quashes', 'upholds', 'remits', 'responds_to', 'implements'
  )
  AND e.event_date_latest < t.event_date_earliest
