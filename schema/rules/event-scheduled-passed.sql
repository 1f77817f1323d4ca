-- title: Announced event has passed
-- severity: warning
-- table: events
-- why: The date has gone by, so readers expect to learn whether the hearing took place, was moved or was
--   cancelled.
-- fix: Find out what happened and set the status to occurred, postponed or cancelled.
-- message: The event is still marked as scheduled. Its date: {event_date}. The records stand as of: {as_of}.
SELECT e.event_id AS id, 'event_status' AS field, e.event_date, r.as_of
FROM events AS e
JOIN run AS r ON e.event_date_latest < r.as_of
WHERE e.event_status = 'scheduled'
