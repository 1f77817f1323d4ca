-- title: Charge against somebody who was not accused
-- severity: error
-- table: charges
-- why: Only the accused are charged. A witness or a lawyer shown as charged is a serious false statement
--   about a person.
-- fix: Enter the party who was charged, or correct the role of this party to suspect or defendant.
-- message: The role of {case_party_id} is not that of an accused. Role: {role}.
SELECT h.charge_id AS id, 'case_party_id' AS field, h.case_party_id, p.role
FROM charges AS h
JOIN case_parties AS p ON p.case_party_id = h.case_party_id
WHERE p.role NOT IN ('suspect', 'defendant', 'convicted', 'respondent')
