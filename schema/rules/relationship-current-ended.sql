-- title: Current tie has ended
-- severity: warning
-- table: relationships
-- why: A former employee shown as a present one can be put at risk, and so can the outlet.
-- fix: Set the status to former, or correct the day on which the tie ended.
-- message: The tie is marked as current. It ended: {date_end}. The records stand as of: {as_of}.
SELECT s.relationship_id AS id, 'status' AS field, s.date_end, r.as_of
FROM relationships AS s
JOIN run AS r ON s.date_end_latest < r.as_of
WHERE s.status = 'current'
