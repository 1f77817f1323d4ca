-- title: Exact place of a protected person
-- severity: error
-- table: events
-- why: The coordinates of a home or a workplace reveal a person whose name is held back.
-- fix: Give the place of the town instead and set the precision to locality, or mark the event as withheld.
-- message: The coordinates are exact, and {person_id}, who is not published by name, took part.
-- withheld: clear latitude, longitude, geo_precision
-- unseen: event_parties, persons
SELECT e.event_id AS id, 'geo_precision' AS field, MIN(p.person_id) AS person_id
FROM events AS e
JOIN event_parties AS x ON x.event_id = e.event_id
JOIN persons AS p ON p.person_id = x.person_id
WHERE e.geo_precision IN ('exact', 'near')
  AND e.latitude IS NOT NULL
  AND e.longitude IS NOT NULL
  AND e.disclosure IN ('public', 'initials', 'pseudonym')
  AND x.role IN ('target', 'beneficiary', 'witness')
  AND p.disclosure IN ('initials', 'pseudonym', 'withheld', 'embargoed')
GROUP BY e.event_id
