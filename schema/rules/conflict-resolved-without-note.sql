-- title: Conflict settled without a reason
-- severity: error
-- table: conflicts
-- why: Readers must be able to check why one value was preferred. A settlement without a reason looks
--   arbitrary and can be attacked in public or in court.
-- fix: Write in one or two sentences why, for example "the court record gives the day, the article only the
--   month". If it is not settled, set the resolution to open.
-- message: The conflict is marked as settled and gives no reason.
-- needs: conflicts.resolution_note
-- withheld: fill resolution_note = Text not published
SELECT conflict_id AS id, 'resolution_note' AS field
FROM conflicts
WHERE resolution IN ('resolved', 'compatible')
  AND resolution_note IS NULL
