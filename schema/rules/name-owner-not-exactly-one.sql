-- title: Bearer of a name is unclear
-- severity: error
-- table: names
-- why: A name that belongs to nobody cannot be found, and a name that belongs to a person and to an
--   organization at once can reveal the person.
-- fix: Fill exactly one of the two cells person and organization. If both bear the name, write one row for
--   each.
-- message: Filled cells among person and organization: {filled_count}. Exactly one is needed.
-- needs: names.person_id, names.organization_id
-- withheld: drop
WITH owners AS (
  SELECT
    name_id,
    CASE WHEN person_id IS NULL THEN 0 ELSE 1 END
      + CASE WHEN organization_id IS NULL THEN 0 ELSE 1 END AS filled_count
  FROM names
)
SELECT name_id AS id, 'person_id' AS field, filled_count
FROM owners
WHERE filled_count <> 1
