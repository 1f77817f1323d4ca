-- title: Event ends before it begins
-- severity: error
-- table: events
-- why: An event with its dates the wrong way round gets a wrong place in every timeline and a negative
--   length.
-- fix: Write the earlier day first, for example 2025-05-28/2025-05-30.
-- message: The first possible day is after the last one. Date: {event_date}.
SELECT event_id AS id, 'event_date' AS field, event_date
FROM events
WHERE event_date_latest < event_date_earliest
