-- title: Display name is not among the names
-- severity: error
-- table: *
-- why: The name shown to readers must be one of the recorded forms, so that its script, its source and its
--   disclosure are known.
-- fix: Add a row to the names with the same form and is_display true, or set is_display to true in the row
--   that has it.
-- message: No name of {id} is marked as the one to show.
-- needs: names.is_display, names.person_id, names.organization_id
-- withheld: drop
WITH forms AS (
  SELECT person_id AS owner_id, is_display
  FROM names
  WHERE person_id IS NOT NULL
  UNION ALL
  SELECT organization_id AS owner_id, is_display
  FROM names
  WHERE organization_id IS NOT NULL
),
owners AS (
  SELECT 'persons' AS subject_table, person_id AS owner_id, display_name, disclosure, record_status
  FROM persons
  UNION ALL
  SELECT 'organizations' AS subject_table, organization_id AS owner_id, display_name, disclosure, record_status
  FROM organizations
),
unnamed AS (
  SELECT o.subject_table, o.owner_id, o.disclosure
  FROM owners AS o
  LEFT JOIN forms AS f ON f.owner_id = o.owner_id AND f.is_display = 'true'
  LEFT JOIN names AS n
    ON n.name = o.display_name AND n.is_display = 'true' AND n.person_id IS NULL AND n.organization_id IS NULL
  WHERE o.display_name IS NOT NULL
    AND o.record_status = 'active'
    AND f.owner_id IS NULL
    AND n.name IS NULL
)
SELECT u.subject_table, u.owner_id AS id, 'display_name' AS field
FROM unnamed AS u
WHERE u.disclosure = 'public'
UNION ALL
SELECT u.subject_table, u.owner_id AS id, 'display_name' AS field
FROM unnamed AS u
WHERE COALESCE(u.disclosure, 'withheld') <> 'public'
  AND EXISTS (
    SELECT 1
    FROM forms AS f
    WHERE f.owner_id = u.owner_id
  )
