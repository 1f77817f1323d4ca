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
  UNION ALL
  SELECT organization_id AS owner_id, display_name
  FROM organizations
),
differing AS (
  SELECT o.owner_id, MIN(f.name_id) AS name_id, MIN(f.name) AS name, MIN(o.display_name) AS display_name
  FROM forms AS f
  JOIN owners AS o ON o.owner_id = f.owner_id
  WHERE f.name <> o.display_name
  GROUP BY o.owner_id
)
SELECT MIN(d.name_id) AS id, 'name' AS field, d.owner_id, MIN(d.name) AS name, MIN(d.display_name) AS display_name
FROM differing AS d
JOIN forms AS f ON f.owner_id = d.owner_id
GROUP BY d.owner_id
HAVING COUNT(*) = 1
