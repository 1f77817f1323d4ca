-- title: Sources copied from each other in a circle
-- severity: error
-- table: sources
-- why: One of these documents came first. Until it is known which, nobody can say how many independent
--   sources confirm an event.
-- fix: Find the document that was published first, and clear the source that it is derived from.
-- message: Going back from {id} to the sources it is derived from leads back to it.
WITH RECURSIVE reached(reached_id) AS (
  SELECT child.source_id
  FROM sources AS child
  LEFT JOIN sources AS parent ON parent.source_id = child.derived_from_source_id
  WHERE parent.source_id IS NULL
  UNION
  SELECT child.source_id
  FROM reached
  JOIN sources AS child ON child.derived_from_source_id = reached.reached_id
),
circling(child_id, parent_id) AS (
  SELECT child.source_id, child.derived_from_source_id
  FROM sources AS child
  WHERE NOT EXISTS (
    SELECT 1
    FROM reached
    WHERE reached.reached_id = child.source_id
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
SELECT start_id AS id, 'derived_from_source_id' AS field
FROM walk
WHERE step_id = start_id
