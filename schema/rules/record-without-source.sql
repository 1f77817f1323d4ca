-- title: Record without any source
-- severity: warning
-- table: *
-- why: Nobody can check a case, a person or an event that no source supports, and others will doubt the whole
--   dataset.
-- fix: Add at least one claim about this record. If the source only says that it exists, write * as the
--   field.
-- message: No claim asserts anything about {id}.
-- needs: claims.subject_id, claims.subject_table, claims.stance
WITH lost AS (
  SELECT DISTINCT c.subject_table
  FROM claims AS c
  LEFT JOIN records AS r ON r.subject_table = c.subject_table AND r.subject_id = c.subject_id
  WHERE r.subject_id IS NULL
)
SELECT
  r.subject_table,
  r.subject_id AS id,
  CASE r.subject_table WHEN 'cases' THEN 'case_id' WHEN 'persons' THEN 'person_id' ELSE 'event_id' END AS field
FROM records AS r
WHERE r.subject_table IN ('cases', 'persons', 'events')
  AND r.record_status = 'active'
  AND NOT EXISTS (
    SELECT 1
    FROM claims AS c
    WHERE c.subject_table = r.subject_table AND c.subject_id = r.subject_id AND c.stance = 'asserts'
  )
  AND NOT EXISTS (
    SELECT 1
    FROM lost AS l
    WHERE l.subject_table = r.subject_table
  )
