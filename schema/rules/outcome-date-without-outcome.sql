-- title: Date of an outcome without the outcome
-- severity: warning
-- table: case_parties
-- why: A date alone does not tell readers whether the person was convicted or set free on that day.
-- fix: Enter the outcome for this party, for example acquitted, or clear the date.
-- message: There is a date and no outcome. Date: {outcome_date}.
-- needs: case_parties.outcome
-- withheld: clear outcome_date
SELECT case_party_id AS id, 'outcome' AS field, outcome_date
FROM case_parties
WHERE outcome_date IS NOT NULL
  AND outcome IS NULL
