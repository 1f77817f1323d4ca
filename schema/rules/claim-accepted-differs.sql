-- title: Accepted claim differs from the record
-- severity: error
-- table: claims
-- why: An accepted claim is the evidence for what the record says. When the two differ, the published value
--   has no source, or the source is misquoted.
-- fix: Write the same value in both places. If the record is right and the source says otherwise, change the
--   status of the claim, for example to unresolved, and record the contradiction as a conflict.
-- message: The claim and the field {about_field} of {about_id} do not say the same. Claim: {claim_value}.
--   Record: {record_value}.
WITH differing AS (
  SELECT c.claim_id, c.subject_table, c.subject_id, c.subject_field, c.claim_value, v.record_value
  FROM claims AS c
  JOIN claim_values AS v ON v.claim_id = c.claim_id
  JOIN standard_fields AS f ON f.subject_table = c.subject_table AND f.subject_field = c.subject_field
  WHERE c.claim_status = 'accepted'
    AND c.stance = 'asserts'
    AND v.is_valid = 'true'
    AND CASE
      WHEN v.record_value IS NULL THEN f.is_required = 'false'
      ELSE v.record_value <> c.claim_value
    END
)
SELECT
  c.claim_id AS id,
  'claim_value' AS field,
  c.subject_id AS about_id,
  c.subject_field AS about_field,
  c.claim_value,
  COALESCE(c.record_value, '(empty)') AS record_value
FROM differing AS c
JOIN records AS r ON r.subject_table = c.subject_table AND r.subject_id = c.subject_id
LEFT JOIN defective_cells AS d
  ON d.subject_table = c.subject_table AND d.subject_id = c.subject_id AND d.subject_field = c.subject_field
WHERE COALESCE(r.record_status, 'active') <> 'withdrawn'
  AND d.subject_id IS NULL
