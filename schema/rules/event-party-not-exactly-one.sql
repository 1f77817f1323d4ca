-- title: Participant of an event is unclear
-- severity: error
-- table: event_parties
-- why: A row that names nobody, or two participants at once, cannot be counted: a detained person goes
--   missing from the figures or appears twice.
-- fix: Fill exactly one of the three cells person, organization and group. If two participants are meant,
--   write one row for each of them.
-- message: Filled cells among person, organization and group: {filled_count}. Exactly one is needed.
-- needs: event_parties.person_id, event_parties.organization_id, event_parties.group_label
-- withheld: fill group_label = not named, group_count_qualifier = unknown
WITH parties AS (
  SELECT
    event_party_id,
    CASE WHEN person_id IS NULL THEN 0 ELSE 1 END
      + CASE WHEN organization_id IS NULL THEN 0 ELSE 1 END
      + CASE WHEN group_label IS NULL THEN 0 ELSE 1 END AS filled_count
  FROM event_parties
)
SELECT event_party_id AS id, 'person_id' AS field, filled_count
FROM parties
WHERE filled_count <> 1
