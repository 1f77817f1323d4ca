-- title: Records point to each other in a circle
-- severity: error
-- table: *
-- why: A case cannot be part of a case that is part of it, nor a document a copy of its own copy, nor can records be
--   merged into each other: none would survive. Programs that follow such a chain never arrive.
-- fix: Find the record in the circle that stands first: the case at the top, the original document, the record that
--   survives. Clear its {about_field}.
-- message: Following {about_field} from {id}, from record to record, leads back to it.
WITH RECURSIVE pointers(subject_table, subject_field, child_id, parent_id) AS (
  SELECT subject_table, subject_field, subject_id, target_id
  FROM record_references
  WHERE subject_table = target_table
),
links(subject_table, subject_field, child_id, parent_id) AS (
  SELECT subject_table, subject_field, child_id, parent_id
  FROM pointers AS here
  WHERE EXISTS (
    SELECT 1
    FROM pointers AS above
    WHERE above.child_id = here.parent_id AND above.subject_field = here.subject_field
  )
  AND EXISTS (
    SELECT 1
    FROM pointers AS below
    WHERE below.parent_id = here.child_id AND below.subject_field = here.subject_field
  )
),
reached(subject_field, reached_id) AS (
  SELECT child.subject_field, child.child_id
  FROM links AS child
  LEFT JOIN links AS parent ON parent.child_id = child.parent_id AND parent.subject_field = child.subject_field
  WHERE parent.child_id IS NULL
  UNION
  SELECT child.subject_field, child.child_id
  FROM reached
  JOIN links AS child ON child.parent_id = reached.reached_id AND child.subject_field = reached.subject_field
),
circling(subject_table, subject_field, child_id, parent_id) AS (
  SELECT child.subject_table, child.subject_field, child.child_id, child.parent_id
  FROM links AS child
  WHERE NOT EXISTS (
    SELECT 1
    FROM reached
    WHERE reached.reached_id = child.child_id AND reached.subject_field = child.subject_field
  )
),
walk(subject_table, subject_field, start_id, step_id) AS (
  SELECT subject_table, subject_field, child_id, parent_id
  FROM circling
  UNION
  SELECT walk.subject_table, walk.subject_field, walk.start_id, circling.parent_id
  FROM walk
  JOIN circling ON circling.child_id = walk.step_id AND circling.subject_field = walk.subject_field
)
SELECT subject_table, start_id AS id, subject_field AS field, subject_field AS about_field
FROM walk
WHERE step_id = start_id
