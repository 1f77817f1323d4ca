-- title: Same party twice in a case
-- severity: warning
-- table: case_parties
-- why: Whoever counts defendants counts this party twice, and its charges and sentences may be split over two
--   rows.
-- fix: Keep one row, move the charges and sentences of the other to it, and delete the other.
-- message: {party_id} already has this role in the case in the row {first_id}.
SELECT later.case_party_id AS id, 'role' AS field, later.person_id AS party_id, MIN(earlier.case_party_id) AS first_id
FROM case_parties AS later
JOIN case_parties AS earlier
  ON earlier.case_id = later.case_id AND earlier.person_id = later.person_id AND earlier.role = later.role
WHERE earlier.case_party_id < later.case_party_id
GROUP BY later.case_party_id, later.person_id
UNION ALL
SELECT
  later.case_party_id AS id, 'role' AS field, later.organization_id AS party_id, MIN(earlier.case_party_id) AS first_id
FROM case_parties AS later
JOIN case_parties AS earlier
  ON earlier.case_id = later.case_id AND earlier.organization_id = later.organization_id AND earlier.role = later.role
WHERE earlier.case_party_id < later.case_party_id
GROUP BY later.case_party_id, later.organization_id
