-- title: Link to a record no longer in use
-- severity: error
-- table: *
-- why: A merged or withdrawn record is not published. What points to it would lose its case, its person or
--   its event.
-- fix: Enter the surviving record instead. If the record was withdrawn and has no survivor, clear the link or
--   delete the row.
-- message: {target_id} is no longer in use. Surviving record: {surviving_id}.
SELECT
  f.subject_table,
  f.subject_id AS id,
  f.subject_field AS field,
  f.target_id,
  COALESCE(m.target_id, 'none') AS surviving_id
FROM record_references AS f
JOIN records AS t ON t.subject_table = f.target_table AND t.subject_id = f.target_id
JOIN records AS s ON s.subject_table = f.subject_table AND s.subject_id = f.subject_id
LEFT JOIN record_references AS m
  ON m.subject_table = t.subject_table AND m.subject_id = t.subject_id AND m.subject_field = 'merged_into'
WHERE f.subject_field <> 'merged_into'
  AND (t.record_status = 'withdrawn' OR (t.record_status = 'merged' AND m.target_id IS NOT NULL))
  AND (
    s.record_status = 'active'
    OR NOT EXISTS (
      SELECT 1
      FROM standard_fields AS d
      WHERE d.subject_table = s.subject_table AND d.subject_field = 'record_status'
    )
  )
