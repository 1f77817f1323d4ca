-- title: Sentence remitted without a pardon
-- severity: warning
-- table: sentences
-- why: A pardon is an act of its own, with a date and somebody who granted it. Without the event it is
--   missing from all counts of pardons.
-- fix: Record the pardon or the amnesty as an event, and enter that event in the sentence. Or correct the
--   stage of the sentence.
-- message: The penalty of {case_party_id} was remitted by pardon, and no pardon is recorded for it.
-- needs: events.event_type, events.case_id, sentences.event_id, event_parties.event_id,
--   event_parties.person_id
-- optional: event_parties
WITH pardons AS (
  SELECT event_id, case_id
  FROM events
  WHERE event_type IN ('pardon', 'amnesty')
),
pardoned AS (
  SELECT x.person_id
  FROM event_parties AS x
  JOIN pardons AS e ON e.event_id = x.event_id
)
SELECT s.sentence_id AS id, 'stage' AS field, s.case_party_id
FROM sentences AS s
JOIN case_parties AS p ON p.case_party_id = s.case_party_id
LEFT JOIN pardons AS e ON e.event_id = s.event_id
LEFT JOIN pardons AS c ON c.case_id = p.case_id
LEFT JOIN pardoned AS x ON x.person_id = p.person_id
WHERE s.stage = 'remitted_by_pardon'
  AND e.event_id IS NULL
  AND c.case_id IS NULL
  AND x.person_id IS NULL
