-- title: Corroborated by a single origin
-- severity: warning
-- table: events
-- why: Ten articles that copy one press release are one witness. Counting them as ten makes a rumour look
--   proven.
-- fix: Add a claim from an independent source, or set the verification to single_source or multiple_reports.
-- message: All claims about the event go back to {origin_id}.
-- needs: claims.source_id, claims.subject_table, claims.subject_id, claims.stance
WITH RECURSIVE ancestry(source_id, origin_id) AS (
  SELECT source_id, derived_from_source_id
  FROM sources
  WHERE derived_from_source_id IS NOT NULL
  UNION
  SELECT ancestry.source_id, s.derived_from_source_id
  FROM ancestry
  JOIN sources AS s ON s.source_id = ancestry.origin_id
  WHERE s.derived_from_source_id IS NOT NULL
),
origins(source_id, origin_id) AS (
  SELECT ancestry.source_id, ancestry.origin_id
  FROM ancestry
  LEFT JOIN sources AS s ON s.source_id = ancestry.origin_id AND s.derived_from_source_id IS NOT NULL
  WHERE s.source_id IS NULL
)
SELECT e.event_id AS id, 'verification' AS field, MIN(COALESCE(o.origin_id, c.source_id)) AS origin_id
FROM events AS e
JOIN claims AS c ON c.subject_id = e.event_id
LEFT JOIN origins AS o ON o.source_id = c.source_id
WHERE e.verification = 'corroborated'
  AND c.subject_table = 'events'
  AND c.stance = 'asserts'
GROUP BY e.event_id
HAVING MIN(COALESCE(o.origin_id, c.source_id)) = MAX(COALESCE(o.origin_id, c.source_id))
