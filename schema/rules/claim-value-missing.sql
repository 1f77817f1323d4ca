-- title: Claim without a value
-- severity: error
-- table: claims
-- why: A claim about a field says nothing when it does not give the value. Agreement and contradiction of
--   sources cannot be seen.
-- fix: Enter the value that the source gives, written as the field itself would hold it. If the claim only
--   says that the record exists, write * as the field.
-- message: The claim is about the field {about_field} of {about_id} and gives no value.
-- needs: claims.claim_value
-- withheld: drop
SELECT c.claim_id AS id, 'claim_value' AS field, c.subject_id AS about_id, c.subject_field AS about_field
FROM claims AS c
JOIN standard_fields AS f ON f.subject_table = c.subject_table AND f.subject_field = c.subject_field
JOIN records AS r ON r.subject_table = c.subject_table AND r.subject_id = c.subject_id
WHERE c.claim_value IS NULL
