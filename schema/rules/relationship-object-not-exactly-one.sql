-- title: Other end of a tie is unclear
-- severity: error
-- table: relationships
-- why: A tie is read as "who is what of whom". Without exactly one other end nobody can say to whom the
--   person or the organization is tied.
-- fix: Fill exactly one of the two cells "to person" and "to organization". If the tie is to two, write one
--   row for each.
-- message: Filled cells among "to person" and "to organization": {filled_count}. Exactly one is needed.
-- needs: relationships.to_person_id, relationships.to_organization_id
-- withheld: drop
WITH objects AS (
  SELECT
    relationship_id,
    CASE WHEN to_person_id IS NULL THEN 0 ELSE 1 END
      + CASE WHEN to_organization_id IS NULL THEN 0 ELSE 1 END AS filled_count
  FROM relationships
)
SELECT relationship_id AS id, 'to_person_id' AS field, filled_count
FROM objects
WHERE filled_count <> 1
