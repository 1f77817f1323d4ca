-- title: Party of a case is unclear
-- severity: error
-- table: case_parties
-- why: A row that names nobody, or two parties at once, cannot be counted: a defendant goes missing from the
--   figures or appears twice.
-- fix: Fill exactly one of the three cells person, organization and group. If two parties are meant, write
--   one row for each of them.
-- message: Filled cells among person, organization and group: {filled_count}. Exactly one is needed.
-- needs: case_parties.person_id, case_parties.organization_id, case_parties.group_label
-- withheld: fill group_label = not named, group_count_qualifier = unknown
WITH parties AS (
  SELECT
    case_party_id,
    CASE WHEN person_id IS NULL THEN 0 ELSE 1 END
      + CASE WHEN organization_id IS NULL THEN 0 ELSE 1 END
      + CASE WHEN group_label IS NULL THEN 0 ELSE 1 END AS filled_count
  FROM case_parties
)
SELECT case_party_id AS id, 'person_id' AS field, filled_count
FROM parties
WHERE filled_count <> 1
