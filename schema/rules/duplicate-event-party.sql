-- title: Same participant twice in an event
-- severity: warning
-- table: event_parties
-- why: Whoever counts the people affected counts this participant twice.
-- fix: Keep one row and delete the other. If the participant had two parts in the event, give the rows
--   different roles.
-- message: {party_id} already has this role in the event in the row {first_id}.
SELECT
  later.event_party_id AS id, 'role' AS field, later.person_id AS party_id, MIN(earlier.event_party_id) AS first_id
FROM event_parties AS later
JOIN event_parties AS earlier
  ON earlier.event_id = later.event_id AND earlier.person_id = later.person_id AND earlier.role = later.role
WHERE earlier.event_party_id < later.event_party_id
GROUP BY later.event_party_id, later.person_id
UNION ALL
SELECT
  later.event_party_id AS id,
  'role' AS field,
  later.organization_id AS party_id,
  MIN(earlier.event_party_id) AS first_id
FROM event_parties AS later
JOIN event_parties AS earlier
  ON earlier.event_id = later.event_id AND earlier.organization_id = later.organization_id AND earlier.role = later.role
WHERE earlier.event_party_id < later.event_party_id
GROUP BY later.event_party_id, later.organization_id
