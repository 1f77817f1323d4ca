-- title: Decided case without its verdict
-- severity: warning
-- table: cases
-- why: The date of the judgment is what most readers look for first, and it can only come from the verdict.
-- fix: Record the verdict as an event of the case, or correct the status of the case.
-- message: The case is past its first decision, and no verdict is among its events. Status: {status}.
-- needs: events.case_id, events.event_type
SELECT c.case_id AS id, 'status' AS field, c.status
FROM cases AS c
LEFT JOIN events AS e
  ON e.case_id = c.case_id
  AND e.event_type IN ('verdict', 'appeal_decision', 'cassation_decision', 'case_closed')
WHERE c.case_type = 'criminal_prosecution'
  AND c.status IN ('first_instance_decided', 'appeal', 'final')
  AND e.case_id IS NULL
