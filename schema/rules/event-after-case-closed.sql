-- title: Event is later than its closed case
-- severity: warning
-- table: events
-- why: A step after the end of the proceeding means that the case was reopened, or that one of the dates is
--   wrong.
-- fix: Check both dates. If the case went on, move its closing date; if it was reopened, record the new
--   proceeding as a case of its own.
-- message: The event begins after {case_id} was closed. Event: {event_date}. Closed: {date_closed}.
SELECT e.event_id AS id, 'event_date' AS field, e.case_id, e.event_date, c.date_closed
FROM events AS e
JOIN cases AS c ON c.case_id = e.case_id
WHERE e.event_date_earliest > c.date_closed_latest
  AND e.event_type NOT IN (
    'pardon', 'amnesty', 'sentence_commuted', 'parole', 'release', 'release_conditional', 'release_after_sentence',
    'official_statement', 'denial', 'intervention', 'recognition', 'index_publication'
  )
