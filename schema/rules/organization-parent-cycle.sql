-- title: Organizations contain each other in a circle
-- severity: error
-- table: organizations
-- why: An organization cannot be part of its own part. Nobody could tell which authority is responsible.
-- fix: Find the organization in the circle that stands at the top, and clear its parent organization.
-- message: Going up from {id} through its parent organizations leads back to it.
WITH RECURSIVE reached(reached_id) AS (
  SELECT child.organization_id
  FROM organizations AS child
  LEFT JOIN organizations AS parent ON parent.organization_id = child.parent_organization_id
  WHERE parent.organization_id IS NULL
  UNION
  SELECT child.organization_id
  FROM reached
  JOIN organizations AS child ON child.parent_organization_id = reached.reached_id
),
circling(child_id, parent_id) AS (
  SELECT child.organization_id, child.parent_organization_id
  FROM organizations AS child
  WHERE NOT EXISTS (
    SELECT 1
    FROM reached
    WHERE reached.reached_id = child.organization_id
  )
),
walk(start_id, step_id) AS (
  SELECT child_id, parent_id
  FROM circling
  UNION
  SELECT walk.start_id, circling.parent_id
  FROM walk
  JOIN circling ON circling.child_id = walk.step_id
)
SELECT start_id AS id, 'parent_organization_id' AS field
FROM walk
WHERE step_id = start_id
