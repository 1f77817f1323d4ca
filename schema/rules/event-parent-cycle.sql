-- title: Events contain each other in a circle
-- severity: error
-- table: events
-- why: An event cannot be part of an event that is part of it. Programs that follow the chain upward never
--   arrive.
-- fix: Find the event in the circle that contains the others, and clear its own containing event.
-- message: Going up from {id} through the events that contain it leads back to it.
WITH RECURSIVE reached(reached_id) AS (
  SELECT child.event_id
  FROM events AS child
  LEFT JOIN events AS parent ON parent.event_id = child.parent_event_id
  WHERE parent.event_id IS NULL
  UNION
  SELECT child.event_id
  FROM reached
  JOIN events AS child ON child.parent_event_id = reached.reached_id
),
circling(child_id, parent_id) AS (
  SELECT child.event_id, child.parent_event_id
  FROM events AS child
  WHERE NOT EXISTS (
    SELECT 1
    FROM reached
    WHERE reached.reached_id = child.event_id
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
SELECT start_id AS id, 'parent_event_id' AS field
FROM walk
WHERE step_id = start_id
