-- title: Language not in the list
-- severity: error
-- table: *
-- why: A tag that names no language cannot be used to find a translator or to sort sources by language.
-- fix: Begin the tag with a language of the list, for example ky, ru, en or ky-Cyrl.
-- message: The tag does not begin with a known language. Tag: {lang}.
WITH used AS (
  SELECT DISTINCT lang
  FROM record_languages
),
unknown AS (
  SELECT u.lang
  FROM used AS u
  WHERE NOT EXISTS (
    SELECT 1
    FROM standard_codes AS s
    WHERE s.codelist = 'language' AND (u.lang = s.code OR u.lang LIKE s.code || '-%')
  )
)
SELECT v.subject_table, v.subject_id AS id, v.subject_field AS field, v.lang
FROM record_languages AS v
JOIN unknown AS u ON u.lang = v.lang
