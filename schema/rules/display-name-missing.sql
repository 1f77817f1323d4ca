-- title: Display name is not among the names
-- severity: error
-- table: *
-- why: The name shown to readers must be one of the recorded forms, so that its script, its source and its
--   disclosure are known.
-- fix: Add a row to the names with the same form and is_display true, or set is_display to true in the row
--   that has it.
-- message: No name of {id} is marked as the one to show.
-- needs: names.is_display, names.person_id, names.organization_id
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
  SELECT person_id AS owner_id, display_name
  FROM persons
  WHERE display_name IS NOT NULL
  UNION ALL
  SELECT organization_id AS owner_id, display_name
  FROM organizations
  WHERE display_name IS NOT NULL
)
SELECT r.subject_table, r.subject_id AS id, 'display_name' AS field
FROM records AS r
JOIN owners AS o ON o.owner_id = r.subject_id
WHERE r.subject_table IN ('persons', 'organizations')
  AND r.record_status = 'active'
  AND (
    r.disclosure = 'public'
    OR EXISTS (
      SELECT 1
      FROM forms AS f
      WHERE f.owner_id = r.subject_id
    )
  )
  AND NOT EXISTS (
    SELECT 1
    FROM forms AS f
    WHERE f.owner_id = r.subject_id AND f.is_display = 'true'
  )
  AND NOT EXISTS (
    SELECT 1
    FROM names AS n
    WHERE n.name = o.display_name AND n.is_display = 'true' AND n.person_id IS NULL AND n.organization_id IS NULL
  )
