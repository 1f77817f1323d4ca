-- title: Penalty requested after it was imposed
-- severity: error
-- table: sentences
-- why: The prosecution asks before the court decides. In the wrong order the comparison of request and
--   judgment is false.
-- fix: Correct the date of one of the two events. If the request was made on appeal, record the appeal as an
--   event of the case.
-- message: The request was made after {imposed_id} was imposed. Request: {requested_on}. Judgment:
--   {imposed_on}.
-- needs: events.event_type, events.case_id, events.event_date
-- withheld: clear event_id
WITH appeals AS (
  SELECT case_id, COALESCE(event_date_earliest, '0001-01-01') AS since
  FROM events
  WHERE event_type IN ('appeal_filed', 'appeal_hearing', 'appeal_decision', 'cassation_decision')
)
SELECT
  s.sentence_id AS id,
  'event_id' AS field,
  MIN(i.sentence_id) AS imposed_id,
  MIN(a.event_date) AS requested_on,
  MIN(b.event_date) AS imposed_on
FROM sentences AS s
JOIN events AS a ON a.event_id = s.event_id
JOIN sentences AS i ON i.case_party_id = s.case_party_id
JOIN events AS b ON b.event_id = i.event_id
JOIN case_parties AS p ON p.case_party_id = s.case_party_id
LEFT JOIN appeals AS x ON x.case_id = p.case_id AND x.since <= COALESCE(a.event_date_latest, '9999-12-31')
WHERE s.stage = 'requested'
  AND i.stage = 'imposed_first_instance'
  AND b.event_date_latest < a.event_date_earliest
  AND x.case_id IS NULL
GROUP BY s.sentence_id
