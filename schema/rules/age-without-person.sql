-- title: Age given without a person
-- severity: error
-- table: event_parties
-- why: An age describes one person. Beside a group or an organization it means nothing, and it can give away
--   a person who is not named on purpose.
-- fix: Name the person, or clear the age.
-- message: The row has an age at the event and no person.
-- needs: event_parties.person_id
SELECT event_party_id AS id, 'age_at_event' AS field
FROM event_parties
WHERE age_at_event IS NOT NULL
  AND person_id IS NULL
