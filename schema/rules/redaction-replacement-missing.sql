-- title: Pseudonym missing or given twice
-- severity: error
-- table: redactions
-- why: A pseudonym stands for one person in every release. Without it nothing can be shown, and one for two people
--   would make them one.
-- fix: Write a random pseudonym into the column replacement; `pfds release pseudonym` gives new ones.
-- message: {about_id} has no pseudonym of its own.
-- optional: redactions, names
SELECT d.redaction_id AS id, 'replacement' AS field, d.subject_id AS about_id
FROM redactions AS d
LEFT JOIN (
  SELECT replacement
  FROM redactions
  WHERE redaction_method = 'pseudonym'
  GROUP BY replacement
  HAVING COUNT(DISTINCT subject_id) > 1
) AS t ON t.replacement = d.replacement
LEFT JOIN defective_cells AS c
  ON c.subject_table = 'redactions' AND c.subject_id = d.redaction_id AND c.subject_field = 'replacement'
WHERE d.redaction_method = 'pseudonym'
  AND c.subject_id IS NULL
  AND (
    d.replacement IS NULL
    OR t.replacement IS NOT NULL
    OR EXISTS (SELECT 1 FROM names AS n WHERE n.name = d.replacement AND n.name_type <> 'label')
  )
