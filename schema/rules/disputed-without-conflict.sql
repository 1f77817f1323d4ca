-- title: Disputed event without its conflict
-- severity: warning
-- table: events
-- why: Readers who see "disputed" want to know who says what. Without a conflict they cannot find out.
-- fix: Add a row to the conflicts about this event and enter it in the claims of both sides. Or correct the
--   verification.
-- message: The event is marked as disputed, and no conflict is recorded about it.
-- needs: conflicts.subject_table, conflicts.subject_id
SELECT e.event_id AS id, 'verification' AS field
FROM events AS e
LEFT JOIN conflicts AS k ON k.subject_table = 'events' AND k.subject_id = e.event_id
WHERE e.verification = 'disputed'
  AND k.subject_id IS NULL
