-- title: Claim and conflict do not belong together
-- severity: error
-- table: claims
-- why: A reader follows the conflict to see all sides. A claim under the wrong conflict, or under none, hides
--   one side.
-- fix: Give the claim the conflict about the same record and field. A conflict about the whole record (*)
--   takes claims about any of its fields; one about identity or sequence takes claims about other records
--   too.
-- message: This claim about the field {about_field} of {about_id} does not fit the conflict {conflict_id}.
-- needs: claims.conflict_id
-- withheld: drop
SELECT c.claim_id AS id, 'conflict_id' AS field, c.subject_id AS about_id, c.subject_field AS about_field, k.conflict_id
FROM claims AS c
JOIN conflicts AS k ON k.conflict_id = c.conflict_id
JOIN records AS kr ON kr.subject_table = k.subject_table AND kr.subject_id = k.subject_id
JOIN records AS cr ON cr.subject_table = c.subject_table AND cr.subject_id = c.subject_id
WHERE k.conflict_type NOT IN ('identity', 'sequence')
  AND (
    k.subject_table <> c.subject_table
    OR k.subject_id <> c.subject_id
    OR (
      k.subject_field <> c.subject_field
      AND EXISTS (
        SELECT 1
        FROM standard_fields AS f
        WHERE f.subject_table = k.subject_table AND f.subject_field = k.subject_field
      )
    )
  )
UNION ALL
SELECT
  c.claim_id AS id,
  'conflict_id' AS field,
  c.subject_id AS about_id,
  c.subject_field AS about_field,
  MIN(k.conflict_id) AS conflict_id
FROM claims AS c
JOIN conflicts AS k
  ON k.subject_table = c.subject_table AND k.subject_id = c.subject_id AND k.subject_field = c.subject_field
WHERE c.conflict_id IS NULL
  AND c.subject_field <> '*'
  AND c.stance = 'asserts'
  AND c.claim_status IN ('accepted', 'compatible', 'unresolved', 'rejected')
  AND c.claim_value IS NOT NULL
GROUP BY c.claim_id, c.subject_id, c.subject_field
