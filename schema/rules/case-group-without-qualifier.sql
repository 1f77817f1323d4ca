-- title: Size of a group is not qualified
-- severity: error
-- table: case_parties
-- why: "At least six", "about ten" and "exactly eight" add up differently. Without the qualifier, totals
--   claim an exactness that no source gave.
-- fix: Choose how exact the number is: exact, at_least, at_most, about, several or unknown. Example - "at
--   least six employees" is 6 with at_least.
-- message: The group has no statement of how exact its number is.
-- needs: case_parties.group_count_qualifier
-- withheld: fill group_count_qualifier = unknown
SELECT case_party_id AS id, 'group_count_qualifier' AS field
FROM case_parties
WHERE group_label IS NOT NULL
  AND group_count_qualifier IS NULL
