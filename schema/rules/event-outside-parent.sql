-- title: Event lies outside the event containing it
-- severity: error
-- table: events
-- why: A single arrest belongs to an operation only if it happened during the operation. Otherwise the size
--   and the length of the operation are wrong.
-- fix: Correct one of the dates, widen the date of the containing event, or clear the containing event.
-- message: The event cannot have happened during {parent_event_id}. Event: {event_date}. Containing event:
--   {parent_date}.
SELECT e.event_id AS id, 'event_date' AS field, e.parent_event_id, e.event_date, p.event_date AS parent_date
FROM events AS e
JOIN events AS p ON p.event_id = e.parent_event_id
WHERE e.parent_event_id IS NOT NULL
  AND (e.event_date_earliest > p.event_date_latest OR e.event_date_latest < p.event_date_earliest)
