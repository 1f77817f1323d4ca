-- title: Records merged into each other in a circle
-- severity: error
-- table: *
-- why: One of these records must survive. In a circle none does, and everything that points to them is lost.
-- fix: Choose the record that survives, set its status back to active, and clear the record it is merged
--   into.
-- message: Following {id} to the record it was merged into leads back to it.
WITH RECURSIVE merges(subject_table, child_id, parent_id) AS (
  SELECT subject_table, subject_id, target_id
  FROM record_references
  WHERE subject_field = 'merged_into'
),
reached(reached_id) AS (
  SELECT child.child_id
  FROM merges AS child
  LEFT JOIN merges AS parent ON parent.child_id = child.parent_id
  WHERE parent.child_id IS NULL
  UNION
  SELECT child.child_id
  FROM reached
  JOIN merges AS child ON child.parent_id = reached.reached_id
),
circling(subject_table, child_id, parent_id) AS (
  SELECT child.subject_table, child.child_id, child.parent_id
  FROM merges AS child
  WHERE NOT EXISTS (
    SELECT 1
    FROM reached
    WHERE reached.reached_id = child.child_id
  )
),
walk(subject_table, start_id, step_id) AS (
  SELECT subject_table, child_id, parent_id
  FROM circling
  UNION
  SELECT walk.subject_table, walk.start_id, circling.parent_id
  FROM walk
  JOIN circling ON circling.child_id = walk.step_id
)
SELECT subject_table, start_id AS id, 'merged_into' AS field
FROM walk
WHERE step_id = start_id
