-- title: Charge and outcome of a party disagree
-- severity: warning
-- table: charges
-- why: The same person would be counted as convicted and as not convicted.
-- fix: Check the judgment and correct the status of the charge or the outcome of the party. A party convicted
--   on any one charge has the outcome convicted.
-- message: A charge ended in conviction, and the outcome of {case_party_id} says otherwise. Outcome:
--   {outcome}.
SELECT h.charge_id AS id, 'status' AS field, h.case_party_id, p.outcome
FROM charges AS h
JOIN case_parties AS p ON p.case_party_id = h.case_party_id
WHERE h.status = 'convicted'
  AND p.outcome IN ('acquitted', 'not_charged', 'charges_dropped')
