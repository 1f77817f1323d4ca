-- title: Record without any source
-- severity: warning
-- table: *
-- why: Nobody can check a case, a person or an event that no source supports, and others will doubt the whole
--   dataset.
-- fix: Add at least one claim about this record. If the source only says that it exists, write * as the
--   field.
-- message: No claim asserts anything about {id}.
-- needs: claims.subject_id, claims.subject_table, claims.stance
WITH unsourced AS (
  SELECT r.subject_table, r.subject_id
  FROM records AS r
  LEFT JOIN claims AS c
    ON c.subject_table = r.subject_table AND c.subject_id = r.subject_id AND c.stance = 'asserts'
  WHERE r.subject_table IN ('cases', 'persons', 'events')
    AND r.record_status = 'active'
    AND c.subject_id IS NULL
),
doubtful AS (
  SELECT c.subject_table, c.subject_id
  FROM claims AS c
  WHERE EXISTS (
    SELECT 1
    FROM unsourced AS u
    WHERE u.subject_table = c.subject_table
  )
),
lost AS (
  SELECT DISTINCT d.subject_table
  FROM doubtful AS d
  LEFT JOIN records AS r ON r.subject_table = d.subject_table AND r.subject_id = d.subject_id
  WHERE r.subject_id IS NULL
)
SELECT
  u.subject_table,
  u.subject_id AS id,
  CASE u.subject_table WHEN 'cases' THEN 'case_id' WHEN 'persons' THEN 'person_id' ELSE 'event_id' END AS field
FROM unsourced AS u
LEFT JOIN lost AS l ON l.subject_table = u.subject_table
WHERE l.subject_table IS NULL
