-- title: Link to a record no longer in use
-- severity: error
-- table: *
-- why: A merged or withdrawn record is not published. What points to it would lose its case, its person or
--   its event.
-- fix: Enter the surviving record instead. If the record was withdrawn and has no survivor, clear the link or
--   delete the row.
-- message: {target_id} is no longer in use. Surviving record: {surviving_id}.
WITH gone AS (
  SELECT t.subject_table, t.subject_id, m.target_id AS surviving_id
  FROM records AS t
  LEFT JOIN record_references AS m
    ON m.subject_table = t.subject_table AND m.subject_id = t.subject_id AND m.subject_field = 'merged_into'
  WHERE t.record_status IN ('withdrawn', 'merged')
    AND (t.record_status = 'withdrawn' OR m.target_id IS NOT NULL)
),
not_active AS (
  SELECT s.subject_table, s.subject_id
  FROM standard_fields AS f
  JOIN records AS s ON s.subject_table = f.subject_table
  WHERE f.subject_field = 'record_status'
    AND COALESCE(s.record_status, 'unknown') <> 'active'
)
SELECT
  f.subject_table,
  f.subject_id AS id,
  f.subject_field AS field,
  f.target_id,
  COALESCE(g.surviving_id, 'none') AS surviving_id
FROM gone AS g
JOIN record_references AS f ON f.target_table = g.subject_table AND f.target_id = g.subject_id
LEFT JOIN not_active AS s ON s.subject_table = f.subject_table AND s.subject_id = f.subject_id
WHERE f.subject_field <> 'merged_into'
  AND s.subject_id IS NULL
