-- title: Event and containing event differ in case
-- severity: warning
-- table: events
-- why: An arrest that is part of an operation is expected in the same case or in one under it. Otherwise the
--   operation is counted in one case and its arrests in another.
-- fix: Correct the case of one of the two events, or clear the containing event.
-- message: This event belongs to {case_id}, the event that contains it ({parent_event_id}) to
--   {parent_case_id}.
SELECT
  e.event_id AS id,
  'case_id' AS field,
  e.case_id,
  e.parent_event_id,
  p.case_id AS parent_case_id
FROM events AS e
JOIN events AS p ON p.event_id = e.parent_event_id
JOIN cases AS c ON c.case_id = e.case_id
JOIN cases AS d ON d.case_id = p.case_id
WHERE e.parent_event_id IS NOT NULL
  AND e.case_id <> p.case_id
  AND COALESCE(c.parent_case_id, '') <> p.case_id
