-- title: Display name differs from the name shown
-- severity: error
-- table: names
-- why: Two programs that read the two places would show two names for the same person or organization.
-- fix: Write the same form in both places, letter by letter.
-- message: The form marked as the one to show is not the display name of {owner_id}. Form: {name}. Display
--   name: {display_name}.
WITH forms AS (
  SELECT name_id, name, person_id AS owner_id, 'persons' AS owner_table
  FROM names
  WHERE is_display = 'true' AND organization_id IS NULL
  UNION ALL
  SELECT name_id, name, organization_id AS owner_id, 'organizations' AS owner_table
  FROM names
  WHERE is_display = 'true' AND person_id IS NULL
)
SELECT MIN(f.name_id) AS id, 'name' AS field, f.owner_id, MIN(f.name) AS name, MIN(v.field_value) AS display_name
FROM forms AS f
JOIN record_values AS v
  ON v.subject_table = f.owner_table AND v.subject_id = f.owner_id AND v.subject_field = 'display_name'
GROUP BY f.owner_id
HAVING COUNT(*) = 1 AND MIN(f.name) <> MIN(v.field_value)
