-- title: Start of a tie is unclear
-- severity: error
-- table: relationships
-- why: A tie is read as "who is what of whom". Without exactly one holder nobody can say whose position or
--   family tie it is.
-- fix: Fill exactly one of the two cells person and organization (who has the tie). If two have it, write one
--   row for each.
-- message: Filled cells among person and organization: {filled_count}. Exactly one is needed.
-- needs: relationships.person_id, relationships.organization_id
-- withheld: drop
WITH subjects AS (
  SELECT
    relationship_id,
    CASE WHEN person_id IS NULL THEN 0 ELSE 1 END
      + CASE WHEN organization_id IS NULL THEN 0 ELSE 1 END AS filled_count
  FROM relationships
)
SELECT relationship_id AS id, 'person_id' AS field, filled_count
FROM subjects
WHERE filled_count <> 1
