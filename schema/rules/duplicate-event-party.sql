-- title: Same participant twice in an event
-- severity: warning
-- table: event_parties
-- why: Whoever counts the people affected counts this participant twice.
-- fix: Keep one row and delete the other. If the participant had two parts in the event, give the rows
--   different roles.
-- message: {party_id} already has this role in the event in the row {first_id}.
WITH repeated AS (
  SELECT event_id, role, person_id AS party_id
  FROM event_parties
  WHERE person_id IS NOT NULL
  GROUP BY event_id, role, person_id
  HAVING COUNT(*) > 1
  UNION ALL
  SELECT event_id, role, organization_id AS party_id
  FROM event_parties
  WHERE organization_id IS NOT NULL
  GROUP BY event_id, role, organization_id
  HAVING COUNT(*) > 1
),
parties AS (
  SELECT x.event_party_id, r.event_id, r.role, r.party_id
  FROM repeated AS r
  JOIN event_parties AS x ON x.event_id = r.event_id AND x.role = r.role AND x.person_id = r.party_id
  UNION ALL
  SELECT x.event_party_id, r.event_id, r.role, r.party_id
  FROM repeated AS r
  JOIN event_parties AS x ON x.event_id = r.event_id AND x.role = r.role AND x.organization_id = r.party_id
),
firsts AS (
  SELECT event_id, role, party_id, MIN(event_party_id) AS first_id
  FROM parties
  GROUP BY event_id, role, party_id
)
SELECT p.event_party_id AS id, 'role' AS field, p.party_id, f.first_id
FROM parties AS p
JOIN firsts AS f ON f.event_id = p.event_id AND f.role = p.role AND f.party_id = p.party_id
WHERE p.event_party_id > f.first_id
