-- title: Outcome does not fit the event
-- severity: warning
-- table: events
-- why: Outcomes are counted by kind of event. "Guilty" at a search, or "no incitement found" at a hearing,
--   falls out of every count.
-- fix: Correct the outcome or the kind of event. The finding of an expert belongs to the event
--   forensic_expertise, a verdict to the event verdict.
-- message: This kind of event does not end like this. Kind: {event_type}. Outcome: {outcome}.
SELECT event_id AS id, 'outcome' AS field, event_type, outcome
FROM events
WHERE outcome IN ('guilty', 'not_guilty', 'partly_guilty')
  AND event_type NOT IN (
    'plea', 'confession', 'verdict', 'hearing', 'appeal_hearing', 'appeal_decision', 'cassation_decision'
  )
UNION ALL
SELECT event_id AS id, 'outcome' AS field, event_type, outcome
FROM events
WHERE outcome IN ('incitement_found', 'no_incitement_found')
  AND event_type <> 'forensic_expertise'
