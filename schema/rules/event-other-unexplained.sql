-- title: Other kind of event without an explanation
-- severity: error
-- table: events
-- why: "Other" alone tells nobody what happened to the person.
-- fix: Say in the description, in one neutral sentence, what happened. Or choose a code that fits.
-- message: The kind or the outcome of the event is "other", and there is no description.
-- needs: events.description
-- withheld: fill description = Text not published
SELECT event_id AS id, 'description' AS field
FROM events
WHERE event_type = 'other'
  AND description IS NULL
UNION
SELECT event_id AS id, 'description' AS field
FROM events
WHERE outcome = 'other'
  AND description IS NULL
