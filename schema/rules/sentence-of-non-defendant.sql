-- title: Sentence of somebody who was not accused
-- severity: error
-- table: sentences
-- why: Only the accused can be punished. A witness or a lawyer shown as punished is a serious false statement
--   about a person.
-- fix: Enter the party who received the penalty, or correct the role of this party to defendant or convicted.
-- message: The role of {case_party_id} is not that of an accused. Role: {role}.
SELECT s.sentence_id AS id, 'case_party_id' AS field, s.case_party_id, p.role
FROM sentences AS s
JOIN case_parties AS p ON p.case_party_id = s.case_party_id
LEFT JOIN record_references AS h
  ON h.target_id = s.case_party_id AND h.subject_table = 'charges' AND h.subject_field = 'case_party_id'
WHERE p.role NOT IN ('suspect', 'defendant', 'convicted', 'respondent')
  AND h.target_id IS NULL
