-- title: Other tie without the position
-- severity: warning
-- table: relationships
-- why: "Other" alone tells nobody what the tie is.
-- fix: Give the position in the words of the source. Or choose a code that fits.
-- message: The kind of the tie is "other", and there is no position.
-- needs: relationships.position_text
-- withheld: fill position_text = Text not published
SELECT relationship_id AS id, 'position_text' AS field
FROM relationships
WHERE role_type = 'other'
  AND position_text IS NULL
