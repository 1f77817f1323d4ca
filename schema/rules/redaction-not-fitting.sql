-- title: Method does not fit the field
-- severity: error
-- table: redactions
-- why: A date can be made coarser and a name replaced, but not the other way round. What nobody can carry out
--   protects less than somebody believes.
-- fix: Choose a method for this field, or withhold the record as a whole with * in subject_field. A field that every
--   record must have cannot be withheld alone.
-- message: The method {about_method} cannot be applied to {about_field} in the table {about_table}.
-- optional: redactions
SELECT
  d.redaction_id AS id,
  'redaction_method' AS field,
  d.redaction_method AS about_method,
  d.subject_field AS about_field,
  d.subject_table AS about_table
FROM redactions AS d
LEFT JOIN standard_fields AS f ON f.subject_table = d.subject_table AND f.subject_field = d.subject_field
WHERE (d.subject_field = '*' OR f.subject_field IS NOT NULL)
  AND (
    (d.redaction_method = 'withhold' AND f.is_required = 'true')
    OR (d.redaction_method IN ('date_to_month', 'date_to_year') AND f.field_kind <> 'edtf')
    OR (d.redaction_method IN ('place_to_locality', 'place_to_region', 'place_to_country') AND d.subject_table <> 'events')
    OR (d.redaction_method = 'pseudonym' AND (d.subject_table NOT IN ('persons', 'organizations') OR d.subject_field <> '*'))
    OR (
      d.redaction_method = 'group_label'
      AND (
        d.subject_table NOT IN ('persons', 'organizations', 'case_parties', 'event_parties')
        OR d.subject_field <> '*'
      )
    )
  )
