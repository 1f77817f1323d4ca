-- title: Same party twice in a case
-- severity: warning
-- table: case_parties
-- why: Whoever counts defendants counts this party twice, and its charges and sentences may be split over two
--   rows.
-- fix: Keep one row, move the charges and sentences of the other to it, and delete the other.
-- message: {party_id} already has this role in the case in the row {first_id}.
WITH persons_again AS (
  SELECT case_id, person_id, role, MIN(case_party_id) AS first_id
  FROM case_parties
  WHERE person_id IS NOT NULL
  GROUP BY case_id, person_id, role
  HAVING COUNT(*) > 1
),
organizations_again AS (
  SELECT case_id, organization_id, role, MIN(case_party_id) AS first_id
  FROM case_parties
  WHERE organization_id IS NOT NULL
  GROUP BY case_id, organization_id, role
  HAVING COUNT(*) > 1
)
SELECT p.case_party_id AS id, 'role' AS field, p.person_id AS party_id, a.first_id
FROM persons_again AS a
JOIN case_parties AS p ON p.case_id = a.case_id AND p.person_id = a.person_id AND p.role = a.role
WHERE p.case_party_id > a.first_id
UNION ALL
SELECT p.case_party_id AS id, 'role' AS field, p.organization_id AS party_id, a.first_id
FROM organizations_again AS a
JOIN case_parties AS p ON p.case_id = a.case_id AND p.organization_id = a.organization_id AND p.role = a.role
WHERE p.case_party_id > a.first_id
