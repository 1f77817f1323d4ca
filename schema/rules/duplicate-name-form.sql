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
),
repeated AS (
  SELECT owner_id, name, script, MIN(name_id) AS first_id
  FROM forms
  GROUP BY owner_id, name, script
  HAVING COUNT(*) > 1
)
SELECT f.name_id AS id, 'name' AS field, f.owner_id, r.first_id
FROM repeated AS r
JOIN forms AS f ON f.owner_id = r.owner_id AND f.name = r.name AND f.script = r.script
WHERE f.name_id > r.first_id
