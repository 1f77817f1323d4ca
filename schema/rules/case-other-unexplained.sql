-- title: Other kind of case without an explanation
-- severity: error
-- table: cases
-- why: "Other" alone tells nobody what the case is about.
-- fix: Say in the summary, in one neutral sentence, what kind of proceeding it is. Or choose a code that
--   fits.
-- message: The kind of the case is "other", and there is no summary.
-- needs: cases.summary
-- withheld: fill summary = Text not published
SELECT case_id AS id, 'summary' AS field
FROM cases
WHERE case_type = 'other'
  AND summary IS NULL
