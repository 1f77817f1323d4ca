-- title: Sentence without a conviction
-- severity: error
-- table: sentences
-- why: A court punishes only those it finds guilty. Here a person would be counted as punished and as not
--   convicted at once.
-- fix: Set the outcome of the party, or of one of its charges, to convicted. If the prosecution only asked
--   for the penalty, set the stage to requested.
-- message: A penalty was imposed on {case_party_id}, and neither its outcome nor a charge says that it was
--   convicted.
-- needs: case_parties.outcome, charges.case_party_id, charges.status
-- optional: charges
-- withheld: drop
SELECT s.sentence_id AS id, 'stage' AS field, s.case_party_id
FROM sentences AS s
JOIN case_parties AS p ON p.case_party_id = s.case_party_id
JOIN cases AS c ON c.case_id = p.case_id
LEFT JOIN charges AS h ON h.case_party_id = s.case_party_id AND h.status IN ('convicted', 'under_appeal')
WHERE s.stage IN ('imposed_first_instance', 'imposed_on_appeal', 'imposed_final')
  AND s.penalty_type NOT IN ('none', 'compulsory_treatment')
  AND c.case_type IN ('criminal_prosecution', 'administrative_prosecution')
  AND p.role IN ('suspect', 'defendant', 'respondent')
  AND COALESCE(p.outcome, 'pending') NOT IN ('convicted', 'pardoned', 'amnestied', 'died')
  AND h.case_party_id IS NULL
