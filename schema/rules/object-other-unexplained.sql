-- title: Other object without a description
-- severity: warning
-- table: event_objects
-- why: "Other" alone tells nobody what was taken or blocked.
-- fix: Say in the description what the object was. Or choose a code that fits.
-- message: The kind of the object is "other", and there is no description.
-- needs: event_objects.description
-- withheld: fill description = Text not published
SELECT object_id AS id, 'description' AS field
FROM event_objects
WHERE object_type = 'other'
  AND description IS NULL
