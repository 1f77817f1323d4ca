-- title: Conflict with fewer than two claims
-- severity: warning
-- table: conflicts
-- why: A conflict needs two sides. With fewer claims readers cannot see who says what, and the doubt cannot
--   be checked.
-- fix: Enter the identifier of this conflict in each claim that takes part in it, or add the missing claim
--   with its source.
-- message: Claims that belong to this conflict: {claim_count}. At least two are needed.
-- needs: claims.claim_id, claims.conflict_id, claims.subject_table, claims.subject_id, claims.subject_field
WITH members AS (
  SELECT conflict_id, claim_id
  FROM claims
  WHERE conflict_id IS NOT NULL
  UNION
  SELECT k.conflict_id, c.claim_id
  FROM conflicts AS k
  JOIN claims AS c
    ON c.subject_table = k.subject_table AND c.subject_id = k.subject_id AND c.subject_field = k.subject_field
)
SELECT k.conflict_id AS id, 'conflict_id' AS field, COUNT(m.claim_id) AS claim_count
FROM conflicts AS k
LEFT JOIN members AS m ON m.conflict_id = k.conflict_id
GROUP BY k.conflict_id
HAVING COUNT(m.claim_id) < 2
