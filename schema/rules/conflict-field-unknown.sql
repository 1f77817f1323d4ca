-- title: Conflict about a field not found
-- severity: error
-- table: conflicts
-- why: A conflict about a field that the table does not have cannot be matched with its claims.
-- fix: Write the name of the field as in the heading of the column, for example event_date, or * when the
--   record as a whole is disputed.
-- message: The table {about_table} has no field {about_field}.
SELECT k.conflict_id AS id, 'subject_field' AS field, k.subject_table AS about_table, k.subject_field AS about_field
FROM conflicts AS k
JOIN records AS r ON r.subject_table = k.subject_table AND r.subject_id = k.subject_id
LEFT JOIN standard_fields AS f ON f.subject_table = k.subject_table AND f.subject_field = k.subject_field
WHERE k.subject_field <> '*'
  AND f.subject_field IS NULL
