-- title: Two records with one outside identifier
-- severity: warning
-- table: identifiers
-- why: If both records are exactly what the identifier names, they are the same case or person, and it is
--   counted twice.
-- fix: Merge the two records if they are the same. If not, correct one of the identifiers, or set its match
--   to close_match.
-- message: {about_id} and {other_id} both claim to be exactly what this identifier names.
SELECT
  later.identifier_id AS id,
  'identifier_value' AS field,
  later.subject_id AS about_id,
  MIN(earlier.subject_id) AS other_id
FROM identifiers AS later
JOIN identifiers AS earlier
  ON earlier.scheme = later.scheme
  AND earlier.identifier_value = later.identifier_value
  AND earlier.subject_table = later.subject_table
JOIN records AS lr ON lr.subject_table = later.subject_table AND lr.subject_id = later.subject_id
JOIN records AS er ON er.subject_table = earlier.subject_table AND er.subject_id = earlier.subject_id
WHERE earlier.subject_id < later.subject_id
  AND earlier.match_type = 'exact_match'
  AND later.match_type = 'exact_match'
  AND COALESCE(lr.record_status, 'active') = 'active'
  AND COALESCE(er.record_status, 'active') = 'active'
GROUP BY later.identifier_id, later.subject_id
