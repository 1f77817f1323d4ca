-- title: Claim about a field not found
-- severity: error
-- table: claims
-- why: A claim about a field that the table does not have cannot be compared with anything, so a
--   contradiction stays unseen.
-- fix: Write the name of the field as in the heading of the column, for example event_date, or * when the
--   claim is about the record as a whole.
-- message: The table {about_table} has no field {about_field}.
SELECT c.claim_id AS id, 'subject_field' AS field, c.subject_table AS about_table, c.subject_field AS about_field
FROM claims AS c
JOIN records AS r ON r.subject_table = c.subject_table AND r.subject_id = c.subject_id
LEFT JOIN standard_fields AS f ON f.subject_table = c.subject_table AND f.subject_field = c.subject_field
WHERE c.subject_field <> '*'
  AND f.subject_field IS NULL
