-- title: Retraction without the confession it withdraws
-- severity: error
-- table: events
-- why: Whether a court relied on a withdrawn confession can only be shown when the retraction is linked to
--   that confession.
-- fix: Record the confession or the plea as an event, even without a date ([..2025-09-09]), and link the
--   retraction to it with the relation retracts.
-- message: The retraction is not linked to any confession or plea.
-- needs: event_relations.event_id, event_relations.related_event_id, event_relations.relation_type
-- withheld: drop
WITH linked AS (
  SELECT r.event_id
  FROM event_relations AS r
  LEFT JOIN events AS t ON t.event_id = r.related_event_id
  WHERE r.relation_type = 'retracts'
    AND (
      t.event_type IN ('confession', 'plea', 'forced_public_confession_video')
      OR t.event_type IS NULL
      OR t.event_id = r.event_id
    )
)
SELECT e.event_id AS id, 'event_type' AS field
FROM events AS e
LEFT JOIN linked AS l ON l.event_id = e.event_id
WHERE e.event_type = 'confession_retracted'
  AND l.event_id IS NULL
