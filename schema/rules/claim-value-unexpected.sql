-- title: Value given for a whole record
-- severity: error
-- table: claims
-- why: With * the claim says that the record exists as described. A value beside it belongs to some field,
--   and nobody can tell which.
-- fix: Replace * by the name of the field that the value belongs to, or clear the value.
-- message: The claim is about {about_id} as a whole and still gives a value. Value: {claim_value}.
SELECT claim_id AS id, 'claim_value' AS field, subject_id AS about_id, claim_value
FROM claims
WHERE subject_field = '*'
  AND claim_value IS NOT NULL
