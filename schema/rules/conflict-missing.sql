-- title: Contradiction between sources not recorded
-- severity: error
-- table: claims
-- why: When sources give different values, readers must see that they do. Without a conflict one side looks
--   like the undisputed truth.
-- fix: Add a row to the conflicts with the same table, record and field, and enter its identifier in all
--   these claims. If the values only differ in precision or wording, resolve it as compatible and say why.
-- message: The claims about the field {about_field} of {about_id} give different values, and no conflict is
--   recorded.
-- needs: claims.conflict_id, conflicts.subject_table, conflicts.subject_id, conflicts.subject_field
-- optional: conflicts
-- withheld: drop
WITH others AS (
  SELECT c.claim_id, c.subject_table, c.subject_id, c.subject_field, c.claim_value
  FROM claims AS c
  JOIN claim_values AS v ON v.claim_id = c.claim_id
  WHERE c.conflict_id IS NULL
    AND c.stance = 'asserts'
    AND c.claim_status IN ('compatible', 'unresolved', 'rejected')
    AND v.is_valid = 'true'
),
questioned AS (
  SELECT DISTINCT subject_table, subject_id, subject_field
  FROM others
),
competing AS (
  SELECT claim_id, subject_table, subject_id, subject_field, claim_value
  FROM others
  UNION ALL
  SELECT NULL AS claim_id, c.subject_table, c.subject_id, c.subject_field, c.claim_value
  FROM questioned AS q
  JOIN claims AS c
    ON c.subject_table = q.subject_table AND c.subject_id = q.subject_id AND c.subject_field = q.subject_field
  JOIN claim_values AS v ON v.claim_id = c.claim_id
  WHERE c.conflict_id IS NULL
    AND c.stance = 'asserts'
    AND c.claim_status = 'accepted'
    AND c.claim_value = v.record_value
),
contradicted AS (
  SELECT MIN(claim_id) AS claim_id, subject_table, subject_id, subject_field
  FROM competing
  GROUP BY subject_table, subject_id, subject_field
  HAVING MIN(claim_value) < MAX(claim_value)
)
SELECT c.claim_id AS id, 'conflict_id' AS field, c.subject_id AS about_id, c.subject_field AS about_field
FROM contradicted AS c
JOIN records AS r ON r.subject_table = c.subject_table AND r.subject_id = c.subject_id
LEFT JOIN conflicts AS k
  ON k.subject_table = c.subject_table AND k.subject_id = c.subject_id AND k.subject_field = c.subject_field
WHERE k.subject_id IS NULL
