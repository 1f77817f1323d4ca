-- title: Cases contain each other in a circle
-- severity: error
-- table: cases
-- why: A case cannot be part of a case that is part of it. Programs that follow the chain upward never
--   arrive, and totals by campaign are wrong.
-- fix: Find the case in the circle that stands at the top, and clear its parent case.
-- message: Going up from {id} through its parent cases leads back to it.
WITH RECURSIVE reached(reached_id) AS (
  SELECT child.case_id
  FROM cases AS child
  LEFT JOIN cases AS parent ON parent.case_id = child.parent_case_id
  WHERE parent.case_id IS NULL
  UNION
  SELECT child.case_id
  FROM reached
  JOIN cases AS child ON child.parent_case_id = reached.reached_id
),
circling(child_id, parent_id) AS (
  SELECT child.case_id, child.parent_case_id
  FROM cases AS child
  WHERE NOT EXISTS (
    SELECT 1
    FROM reached
    WHERE reached.reached_id = child.case_id
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
SELECT start_id AS id, 'parent_case_id' AS field
FROM walk
WHERE step_id = start_id
