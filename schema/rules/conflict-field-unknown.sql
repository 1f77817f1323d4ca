-- title: Conflict about a field not found
-- severity: error
-- table: conflicts
-- why: A conflict about a field that the table does not have cannot be matched with its claims.
-- fix: Write the name of the field as in the heading of the column, for example event_date, or * when the
--   record as a whole is disputed.
-- message: The table {about_table} has no field {about_field}.
SELECT k.conflict_id AS id, 'subject_field' AS field, k.subject_table AS about_table, k.subject_field AS about_field
FROM conflicts AS k
WHERE k.subject_field <> '*'
  AND EXISTS (
    SELECT 1
    FROM records AS r
    WHERE r.subject_table = k.subject_table AND r.subject_id = k.subject_id
  )
  AND NOT EXISTS (
    SELECT 1
    FROM standard_fields AS f
    WHERE f.subject_table = k.subject_table AND f.subject_field = k.subject_field
  )
