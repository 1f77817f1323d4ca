-- title: Claimed value does not fit its field
-- severity: error
-- table: claims
-- why: A claimed value is compared with the record and with other claims. Written in another way than the
--   field allows, it can never agree with anything.
-- fix: Write the value as the field itself would hold it: the code instead of its label, the date as
--   2025-05-28. Put the words of the source into the wording of the value (value_text).
-- message: The field {about_field} of the table {about_table} cannot hold this value. Value: {claim_value}.
SELECT
  c.claim_id AS id,
  'claim_value' AS field,
  c.subject_table AS about_table,
  c.subject_field AS about_field,
  c.claim_value
FROM claim_values AS v
JOIN claims AS c ON c.claim_id = v.claim_id
JOIN records AS r ON r.subject_table = c.subject_table AND r.subject_id = c.subject_id
WHERE v.is_valid = 'false'
