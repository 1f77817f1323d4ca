-- title: Name forms transliterated from each other
-- severity: error
-- table: names
-- why: One of these forms is the original. Until it is known which, a name cannot be checked against
--   documents in the original script.
-- fix: Find the form in the original script, and clear the form that it is transliterated from.
-- message: Going back from {id} to the forms it is transliterated from leads back to it.
WITH RECURSIVE reached(reached_id) AS (
  SELECT child.name_id
  FROM names AS child
  LEFT JOIN names AS parent ON parent.name_id = child.transliterated_from
  WHERE parent.name_id IS NULL
  UNION
  SELECT child.name_id
  FROM reached
  JOIN names AS child ON child.transliterated_from = reached.reached_id
),
circling(child_id, parent_id) AS (
  SELECT child.name_id, child.transliterated_from
  FROM names AS child
  WHERE NOT EXISTS (
    SELECT 1
    FROM reached
    WHERE reached.reached_id = child.name_id
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
SELECT start_id AS id, 'transliterated_from' AS field
FROM walk
WHERE step_id = start_id
