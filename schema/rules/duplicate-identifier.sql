-- title: Same outside identifier twice
-- severity: warning
-- table: identifiers
-- why: When data are joined by this identifier, the record is counted twice.
-- fix: Keep one row and delete the other.
-- message: {about_id} has the same identifier of the same scheme in the row {first_id}.
WITH repeated AS (
  SELECT subject_table, subject_id, scheme, identifier_value, MIN(identifier_id) AS first_id
  FROM identifiers
  GROUP BY subject_table, subject_id, scheme, identifier_value
  HAVING COUNT(*) > 1
)
SELECT later.identifier_id AS id, 'identifier_value' AS field, later.subject_id AS about_id, r.first_id
FROM repeated AS r
JOIN identifiers AS later
  ON later.subject_table = r.subject_table
  AND later.subject_id = r.subject_id
  AND later.scheme = r.scheme
  AND later.identifier_value = r.identifier_value
WHERE later.identifier_id > r.first_id
