-- title: Group size given for a single party
-- severity: error
-- table: case_parties
-- why: A person or an organization counts once. A group number beside it makes people count twice or hides a
--   group that should have its own row.
-- fix: Clear the number and its qualifier, or move them to a row of their own that has the group filled in.
-- message: The row names {party_id} and also says how large a group is.
-- needs: case_parties.group_label
SELECT
  case_party_id AS id,
  CASE WHEN group_count IS NULL THEN 'group_count_qualifier' ELSE 'group_count' END AS field,
  COALESCE(person_id, organization_id) AS party_id
FROM case_parties
WHERE group_label IS NULL
  AND COALESCE(person_id, organization_id) IS NOT NULL
  AND COALESCE(group_count, 0) + CASE WHEN group_count_qualifier IS NULL THEN 0 ELSE 1 END > 0
