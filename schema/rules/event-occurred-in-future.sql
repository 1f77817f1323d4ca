-- title: Event recorded as past lies ahead
-- severity: error
-- table: events
-- why: What has not happened yet must not be published as a fact.
-- fix: Correct the date. If the event is only announced, set its status to scheduled.
-- message: The event is marked as having begun. Its date: {event_date}. The records stand as of: {as_of}.
SELECT e.event_id AS id, 'event_date' AS field, e.event_date, r.as_of
FROM events AS e
JOIN run AS r ON e.event_date_earliest > r.as_of
WHERE e.event_status IN ('occurred', 'ongoing')
