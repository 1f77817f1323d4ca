-- title: Protected name stands in public text
-- severity: error
-- table: *
-- why: This name was marked as not to be published. Left in a title, a quote, an address or an identifier, it
--   would reveal a person who may be harmed.
-- fix: Replace the name by the initials or the label under which the person is published, or mark this record
--   as not public. In an identifier use a number instead.
-- message: A name of {person_id} that must not be published stands in the field {about_field}.
WITH mentioned AS (
  SELECT m.subject_table, m.subject_id, m.subject_field, n.name_id, n.person_id, p.disclosure AS person_disclosure
  FROM name_mentions AS m
  JOIN names AS n ON n.name_id = m.name_id
  JOIN persons AS p ON p.person_id = n.person_id
  WHERE (
      p.disclosure IN ('initials', 'pseudonym', 'withheld', 'embargoed')
      OR n.disclosure IN ('initials', 'pseudonym', 'withheld', 'embargoed')
    )
    AND NOT (n.name_type IN ('initials', 'label') AND n.disclosure = 'public')
),
shown AS (
  SELECT m.name_id
  FROM mentioned AS m
  JOIN names AS n ON n.name_id = m.subject_id AND n.person_id = m.person_id
  WHERE m.subject_table = 'names'
    AND m.subject_field = 'name'
    AND m.person_disclosure = 'public'
    AND n.disclosure = 'public'
)
SELECT DISTINCT
  m.subject_table,
  m.subject_id AS id,
  m.subject_field AS field,
  m.person_id,
  m.subject_field AS about_field
FROM mentioned AS m
JOIN records AS r ON r.subject_table = m.subject_table AND r.subject_id = m.subject_id
LEFT JOIN standard_fields AS d ON d.subject_table = m.subject_table AND d.subject_field = 'disclosure'
LEFT JOIN shown AS s ON s.name_id = m.name_id
LEFT JOIN sources AS a ON a.source_id = m.subject_id AND a.source_access = 'confidential'
WHERE m.subject_id <> m.name_id
  AND EXISTS (
    SELECT 1
    FROM standard_fields AS f
    WHERE f.subject_table = m.subject_table AND f.subject_field = m.subject_field AND f.disclosure = 'public'
  )
  AND (r.disclosure IN ('public', 'initials', 'pseudonym') OR d.subject_field IS NULL)
  AND s.name_id IS NULL
  AND a.source_id IS NULL
