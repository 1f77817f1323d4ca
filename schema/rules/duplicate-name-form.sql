-- title: Same name form twice
-- severity: warning
-- table: names
-- why: Whoever counts or searches name forms meets this one twice, and a later correction may reach only one
--   of them.
-- fix: Keep one row and delete the other. Where the form occurs is said by claims, not by more rows.
-- message: {owner_id} has the same form in the same script in the row {first_id}.
WITH forms AS (
  SELECT name_id, person_id AS owner_id, name, script
  FROM names
  WHERE person_id IS NOT NULL
  UNION ALL
  SELECT name_id, organization_id AS owner_id, name, script
  FROM names
  WHERE organization_id IS NOT NULL
)
SELECT later.name_id AS id, 'name' AS field, later.owner_id, MIN(earlier.name_id) AS first_id
FROM forms AS later
JOIN forms AS earlier
  ON earlier.owner_id = later.owner_id AND earlier.name = later.name AND earlier.script = later.script
WHERE earlier.name_id < later.name_id
GROUP BY later.name_id, later.owner_id
