-- title: Sentence on appeal without an appeal
-- severity: warning
-- table: sentences
-- why: Without the appeal in the timeline readers cannot see when, and by which court, the penalty was
--   changed.
-- fix: Record the appeal as an event of the case (filed, heard or decided), or correct the stage of the
--   sentence.
-- message: The penalty was imposed on appeal, and {case_id} has no appeal among its events.
-- needs: events.case_id, events.event_type, sentences.event_id
SELECT s.sentence_id AS id, 'stage' AS field, p.case_id
FROM sentences AS s
JOIN case_parties AS p ON p.case_party_id = s.case_party_id
JOIN cases AS c ON c.case_id = p.case_id
LEFT JOIN events AS a
  ON a.case_id = p.case_id
  AND a.event_type IN (
    'appeal_announced', 'appeal_filed', 'appeal_hearing', 'appeal_decision', 'cassation_decision'
  )
LEFT JOIN events AS e
  ON e.event_id = s.event_id
  AND e.event_type IN ('appeal_hearing', 'appeal_decision', 'cassation_decision')
WHERE s.stage = 'imposed_on_appeal'
  AND a.case_id IS NULL
  AND e.event_id IS NULL
