-- title: Display name differs from the name shown
-- severity: error
-- table: names
-- why: Two programs that read the two places would show two names for the same person or organization.
-- fix: Write the same form in both places, letter by letter.
-- message: The form marked as the one to show is not the display name of {owner_id}. Form: {name}. Display
--   name: {display_name}.
WITH forms AS (
  SELECT name_id, name, person_id AS owner_id
  FROM names
  WHERE is_display = 'true' AND organization_id IS NULL
  UNION ALL
  SELECT name_id, name, organization_id AS owner_id
  FROM names
  WHERE is_display = 'true' AND person_id IS NULL
),
owners AS (
  SELECT person_id AS owner_id, display_name
  FROM persons
  WHERE display_name IS NOT NULL
  UNION ALL
  SELECT organization_id AS owner_id, display_name
  FROM organizations
  WHERE display_name IS NOT NULL
)
SELECT MIN(f.name_id) AS id, 'name' AS field, f.owner_id, MIN(f.name) AS name, MIN(o.display_name) AS display_name
FROM forms AS f
JOIN owners AS o ON o.owner_id = f.owner_id
GROUP BY f.owner_id
HAVING COUNT(*) = 1 AND MIN(f.name) <> MIN(o.display_name)
