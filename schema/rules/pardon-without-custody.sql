-- title: Pardon of a person never held or sentenced
-- severity: warning
-- table: event_parties
-- why: A pardon ends a punishment. Without the arrest or the sentence before it, the time in custody is
--   missing from the record.
-- fix: Record the detention or the sentence that the pardon ended, as events and sentences of the person. Or
--   correct the person or the date.
-- message: {person_id} is pardoned in {event_id}, and no earlier custody or sentence is recorded.
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
      'house_arrest_ordered', 'transfer', 'extradition'
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
  WHERE s.penalty_type <> 'none'
    AND s.stage <> 'requested'
),
pardoned AS (
  SELECT x.event_party_id, x.person_id, x.event_id, COALESCE(e.event_date_latest, '9999-12-31') AS latest
  FROM event_parties AS x
  JOIN events AS e ON e.event_id = x.event_id
  JOIN persons AS p ON p.person_id = x.person_id
  WHERE e.event_type IN ('pardon', 'amnesty')
    AND x.role IN ('target', 'beneficiary')
)
SELECT d.event_party_id AS id, 'person_id' AS field, d.person_id, d.event_id
FROM pardoned AS d
LEFT JOIN held AS h ON h.person_id = d.person_id AND h.since <= d.latest
WHERE h.person_id IS NULL
