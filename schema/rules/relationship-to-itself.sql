-- title: Tie of somebody to themselves
-- severity: error
-- table: relationships
-- why: A tie connects two. When both ends are the same record, the other person or organization was lost in
--   copying.
-- fix: Enter the other person or organization, or delete the row.
-- message: Both ends of the tie are {about_id}.
SELECT relationship_id AS id, 'to_person_id' AS field, person_id AS about_id
FROM relationships
WHERE person_id = to_person_id
UNION ALL
SELECT relationship_id AS id, 'to_organization_id' AS field, organization_id AS about_id
FROM relationships
WHERE organization_id = to_organization_id
