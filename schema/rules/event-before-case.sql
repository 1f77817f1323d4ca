-- title: Event is earlier than its case
-- severity: warning
-- table: events
-- why: A step of a proceeding rarely precedes the proceeding, though people are sometimes held days before a case
--   is formally opened. If the date is wrong, the timeline of the case cannot be read.
-- fix: Compare both dates with the sources. If the event belongs to the background, clear its case or give it the
--   wider campaign as its case; if it really came first, leave it.
-- message: The event is over before {case_id} was opened. Event: {event_date}. Opened: {date_opened}.
SELECT e.event_id AS id, 'event_date' AS field, e.case_id, e.event_date, c.date_opened
FROM events AS e
JOIN cases AS c ON c.case_id = e.case_id
WHERE e.event_date_latest < c.date_opened_earliest
