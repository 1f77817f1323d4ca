-- title: Same outside identifier twice
-- severity: warning
-- table: identifiers
-- why: When data are joined by this identifier, the record is counted twice.
-- fix: Keep one row and delete the other.
-- message: {about_id} has the same identifier of the same scheme in the row {first_id}.
SELECT
  later.identifier_id AS id,
  'identifier_value' AS field,
  later.subject_id AS about_id,
  MIN(earlier.identifier_id) AS first_id
FROM identifiers AS later
JOIN identifiers AS earlier
  ON earlier.subject_table = later.subject_table
  AND earlier.subject_id = later.subject_id
  AND earlier.scheme = later.scheme
  AND earlier.identifier_value = later.identifier_value
WHERE earlier.identifier_id < later.identifier_id
GROUP BY later.identifier_id, later.subject_id
