-- title: Release of a person never held
-- severity: warning
-- table: event_parties
-- why: A release ends custody. Without the arrest before it, the time in custody is missing from the record.
-- fix: Record the detention that the release ended, even without an exact date. Or correct the person or the
--   date.
-- message: {person_id} is released in {event_id}, and no earlier custody is recorded.
-- needs: events.event_type, event_parties.event_id, event_parties.person_id, event_parties.role,
--   event_parties.individual_outcome, case_parties.person_id, sentences.case_party_id,
--   sentences.penalty_type, sentences.stage
-- optional: sentences, case_parties
WITH held AS (
  SELECT x.person_id, COALESCE(e.event_date_earliest, '0001-01-01') AS since
  FROM event_parties AS x
  JOIN events AS e ON e.event_id = x.event_id
  WHERE x.role = 'target'
    AND e.event_type IN (
      'detention', 'arrest', 'abduction', 'enforced_disappearance', 'remand_ordered', 'remand_extended',
      'house_arrest_ordered', 'transfer', 'extradition', 'interrogation'
    )
  UNION ALL
  SELECT x.person_id, COALESCE(e.event_date_earliest, '0001-01-01') AS since
  FROM event_parties AS x
  JOIN events AS e ON e.event_id = x.event_id
  WHERE x.individual_outcome IN ('remanded', 'house_arrest')
  UNION ALL
  SELECT p.person_id, '0001-01-01' AS since
  FROM sentences AS s
  JOIN case_parties AS p ON p.case_party_id = s.case_party_id
  WHERE s.penalty_type IN ('imprisonment', 'house_arrest', 'restriction_of_liberty', 'compulsory_treatment')
    AND s.stage <> 'requested'
),
freed AS (
  SELECT x.event_party_id, x.person_id, x.event_id, COALESCE(e.event_date_latest, '9999-12-31') AS latest
  FROM event_parties AS x
  JOIN events AS e ON e.event_id = x.event_id
  JOIN persons AS p ON p.person_id = x.person_id
  WHERE e.event_type IN ('release', 'release_conditional', 'parole', 'release_after_sentence')
    AND x.role IN ('target', 'beneficiary')
)
SELECT f.event_party_id AS id, 'person_id' AS field, f.person_id, f.event_id
FROM freed AS f
LEFT JOIN held AS h ON h.person_id = f.person_id AND h.since <= f.latest
WHERE h.person_id IS NULL
