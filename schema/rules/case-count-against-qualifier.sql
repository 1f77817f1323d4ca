-- title: Group size and its qualifier disagree
-- severity: error
-- table: case_parties
-- why: "Several" with a number, or "exact" without one, leaves open what the source said, so the group cannot
--   be added up.
-- fix: Enter the number if the source gives one. If it gives none, choose several or unknown and leave the
--   number empty.
-- message: Number and qualifier do not fit together. Qualifier: {group_count_qualifier}.
-- needs: case_parties.group_count
-- withheld: clear group_count, group_count_qualifier
SELECT case_party_id AS id, 'group_count' AS field, group_count_qualifier
FROM case_parties
WHERE group_label IS NOT NULL
  AND group_count IS NOT NULL
  AND group_count_qualifier IN ('several', 'unknown')
UNION ALL
SELECT case_party_id AS id, 'group_count' AS field, group_count_qualifier
FROM case_parties
WHERE group_label IS NOT NULL
  AND group_count IS NULL
  AND group_count_qualifier IN ('exact', 'at_least', 'at_most', 'about')
