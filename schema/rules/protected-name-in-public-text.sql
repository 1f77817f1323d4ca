-- title: Protected name stands in public text
-- severity: error
-- table: *
-- why: This name was marked as not to be published. Left in a title, a quote, an address or an identifier, it
--   would reveal a person who may be harmed.
-- fix: Replace the name by the initials or the label under which the person is published, or mark this record
--   as not public. In an identifier use a number instead.
-- message: A name of {person_id} that must not be published stands in the field {about_field}.
WITH protected_names AS (
  SELECT n.name_id, n.person_id, p.disclosure AS person_disclosure
  FROM names AS n
  JOIN persons AS p ON p.person_id = n.person_id
  WHERE (
      p.disclosure IN ('initials', 'pseudonym', 'withheld', 'embargoed')
      OR n.disclosure IN ('initials', 'pseudonym', 'withheld', 'embargoed')
    )
    AND NOT (n.name_type IN ('initials', 'label') AND n.disclosure = 'public')
),
secret_names AS (
  SELECT s.name_id, s.person_id
  FROM protected_names AS s
  WHERE NOT EXISTS (
    SELECT 1
    FROM name_mentions AS m
    JOIN names AS n ON n.name_id = m.subject_id
    WHERE m.name_id = s.name_id
      AND m.subject_table = 'names'
      AND m.subject_field = 'name'
      AND n.person_id = s.person_id
      AND n.disclosure = 'public'
      AND s.person_disclosure = 'public'
  )
),
hits AS (
  SELECT m.subject_table, m.subject_id, m.subject_field, s.person_id
  FROM secret_names AS s
  JOIN name_mentions AS m ON m.name_id = s.name_id
  WHERE m.subject_id <> s.name_id
)
SELECT DISTINCT
  h.subject_table,
  h.subject_id AS id,
  h.subject_field AS field,
  h.person_id,
  h.subject_field AS about_field
FROM hits AS h
JOIN standard_fields AS f ON f.subject_table = h.subject_table AND f.subject_field = h.subject_field
JOIN records AS r ON r.subject_table = h.subject_table AND r.subject_id = h.subject_id
WHERE f.disclosure = 'public'
  AND (
    r.disclosure IN ('public', 'initials', 'pseudonym')
    OR NOT EXISTS (
      SELECT 1
      FROM standard_fields AS d
      WHERE d.subject_table = h.subject_table AND d.subject_field = 'disclosure'
    )
  )
  AND NOT EXISTS (
    SELECT 1
    FROM sources AS a
    WHERE a.source_access = 'confidential' AND a.source_id = h.subject_id
  )
