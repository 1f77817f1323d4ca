-- title: More than one name to show
-- severity: error
-- table: names
-- why: Readers and programs need one form to show. With two, the same person appears under different names.
-- fix: Keep is_display true in the form that equals the display name, and set it to false in the others.
-- message: Names of {owner_id} that are marked as the one to show: {form_count}.
WITH forms AS (
  SELECT name_id, person_id AS owner_id
  FROM names
  WHERE is_display = 'true' AND person_id IS NOT NULL
  UNION ALL
  SELECT name_id, organization_id AS owner_id
  FROM names
  WHERE is_display = 'true' AND organization_id IS NOT NULL AND person_id IS NULL
)
SELECT MAX(name_id) AS id, 'is_display' AS field, owner_id, COUNT(*) AS form_count
FROM forms
GROUP BY owner_id
HAVING COUNT(*) > 1
